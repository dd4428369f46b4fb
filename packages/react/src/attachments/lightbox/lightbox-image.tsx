import { useState } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import type { ShownAttachment } from '../shown-attachment.ts'
import { useAttachmentUrl } from '../use-attachment-url.ts'
import { usePreviewUrl } from '../use-preview-url.ts'
import type { Zoom } from './use-zoom.ts'

interface LightboxImageProps {
  image: ShownAttachment
  zoom: Zoom
  /** The person pressed beside the picture. */
  onLeave: () => void
}

/**
 * The full picture, which can be zoomed; until it is loaded, its thumbnail, if there is one. As long as this page has
 * the local file of its upload, that. Says if it cannot be loaded, with a button that tries again. A press beside the
 * picture calls `onLeave`, unless it is zoomed. Use the id as its React key.
 */
export function LightboxImage({ image, zoom, onLeave }: LightboxImageProps) {
  const { id, name, width, height, thumbhash, upload } = image
  const { attachments: texts, page } = useTexts()
  const preview = usePreviewUrl(id)
  const isServed = preview === null && upload === null
  const small = useAttachmentUrl(id, 'thumbnail', isServed && thumbhash !== null)
  const whole = useAttachmentUrl(id, 'original', isServed)
  const [isLoaded, setIsLoaded] = useState(false)
  const url = preview ?? whole.url
  const { scale, x, y } = zoom.view
  const shown = {
    className: 'parley-lightbox__image',
    style: { transform: `translate(${x}px, ${y}px) scale(${scale})` },
    draggable: false,
    ...(width && height ? { width, height } : {}),
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape and the button close it for everybody else
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div
      ref={zoom.setFrame}
      className="parley-lightbox__frame"
      data-is-zoomed={zoom.isZoomed}
      data-moving={zoom.isMoving}
      onClick={(event) => event.target === event.currentTarget && !zoom.isZoomed && onLeave()}
      {...zoom.handlers}
    >
      {small.url && !isLoaded && <img {...shown} src={small.url} alt="" />}
      {url && (
        <img
          key={url}
          {...shown}
          data-zoomed
          data-loaded={isLoaded}
          src={url}
          alt={name}
          onLoad={() => setIsLoaded(true)}
          onError={whole.onError}
        />
      )}
      {whole.isLost && (
        <p className="parley-lightbox__lost">
          {texts.notLoaded} <Button onClick={whole.retry}>{page.tryAgain}</Button>
        </p>
      )}
    </div>
  )
}
