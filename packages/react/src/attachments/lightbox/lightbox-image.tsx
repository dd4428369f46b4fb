import { useState } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import type { ShownAttachment } from '../shown-attachment.ts'
import { useAttachmentUrl } from '../use-attachment-url.ts'
import { usePreviewUrl } from '../use-preview-url.ts'

interface LightboxImageProps {
  image: ShownAttachment
  /** The person pressed beside the picture. */
  onLeave: () => void
}

/** The whole picture; over its thumbnail, which is there already, until it has come. */
export function LightboxImage({ image, onLeave }: LightboxImageProps) {
  const { id, name, width, height, thumbhash, upload } = image
  const { attachments: texts, page } = useTexts()
  const preview = usePreviewUrl(id)
  const isServed = preview === null && upload === null
  const small = useAttachmentUrl(id, 'thumbnail', isServed && thumbhash !== null)
  const whole = useAttachmentUrl(id, 'original', isServed)
  const [isLoaded, setIsLoaded] = useState(false)
  const url = preview ?? whole.url
  const size = width && height ? { width, height } : {}
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape and the button close it for everybody else
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div className="parley-lightbox__frame" onClick={(event) => event.target === event.currentTarget && onLeave()}>
      {small.url && !isLoaded && <img className="parley-lightbox__image" src={small.url} alt="" {...size} />}
      {url && (
        <img
          key={url}
          className="parley-lightbox__image"
          data-loaded={isLoaded}
          src={url}
          alt={name}
          {...size}
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
