import { useEffect, useRef } from 'react'

interface ThumbhashCanvasProps {
  /** In base64, from the server. */
  hash: string
}

/**
 * The blurred picture of a thumbhash; grey until its decoder is loaded, and if that fails. A canvas, because the
 * security policy of the page forbids `data:` pictures.
 */
export function ThumbhashCanvas({ hash }: ThumbhashCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    let isOver = false
    import('thumbhash').then(
      ({ thumbHashToRGBA }) => {
        if (isOver || !canvas.current) return
        draw(canvas.current, thumbHashToRGBA(Uint8Array.from(atob(hash), (letter) => letter.charCodeAt(0))))
      },
      // Without the decoder, the place stays grey until the picture is loaded.
      () => undefined,
    )
    return () => {
      isOver = true
    }
  }, [hash])
  return <canvas ref={canvas} className="parley-image__hash" width={1} height={1} />
}

interface Pixels {
  w: number
  h: number
  rgba: Uint8Array
}

function draw(canvas: HTMLCanvasElement, { w, h, rgba }: Pixels): void {
  canvas.width = w
  canvas.height = h
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0)
}
