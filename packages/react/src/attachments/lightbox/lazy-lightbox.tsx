import { type ComponentType, useEffect, useState } from 'react'
import type { ShownAttachment } from '../shown-attachment.ts'

export interface LightboxProps {
  images: readonly ShownAttachment[]
  /** The index of the picture that is shown first. */
  start: number
  onClose: () => void
}

let loaded: ComponentType<LightboxProps> | null = null

/**
 * The lightbox, whose code is loaded when the first one is mounted; nothing until then. Calls `onClose` if that fails,
 * and shows no error; the next one that is mounted tries again.
 */
export function LazyLightbox(props: LightboxProps) {
  const [Lightbox, setLightbox] = useState(() => loaded)
  const { onClose } = props
  useEffect(() => {
    if (loaded) return
    import('./lightbox.tsx').then((module) => {
      loaded = module.Lightbox
      setLightbox(() => module.Lightbox)
    }, onClose)
  }, [onClose])
  return Lightbox && <Lightbox {...props} />
}
