import { useState } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import type { ShownAttachment } from '../shown-attachment.ts'
import { useAttachmentUrl } from '../use-attachment-url.ts'
import { usePreviewUrl } from '../use-preview-url.ts'
import { ThumbhashCanvas } from './thumbhash-canvas.tsx'

interface AttachmentImageProps {
  image: ShownAttachment
  /** Is it the only picture of its message? A mark for style sheets (`data-single`). */
  isSingle: boolean
}

/**
 * A picture in a message, cropped to its parent: blurred from its thumbhash at first, then its thumbnail (the original
 * if it has no thumbhash), or the local file as long as this page has it; the parent shows the state of an upload. Says
 * if it cannot be loaded, without a button for that; it tries again when the connection is back. `isSingle` only sets
 * `data-single`.
 */
export function AttachmentImage({ image, isSingle }: AttachmentImageProps) {
  const { id, thumbhash, name, upload } = image
  const texts = useTexts().attachments
  const preview = usePreviewUrl(id)
  const served = useAttachmentUrl(
    id,
    thumbhash === null ? 'original' : 'thumbnail',
    upload === null && preview === null,
  )
  const url = preview ?? served.url
  const [loaded, setLoaded] = useState<string | null>(null)
  const isLoaded = loaded !== null && loaded === url
  return (
    <span className="parley-image" data-loaded={isLoaded} data-single={isSingle}>
      {thumbhash !== null && !isLoaded && <ThumbhashCanvas hash={thumbhash} />}
      {url !== null && (
        <img
          key={url}
          src={url}
          alt={name}
          decoding="async"
          draggable={false}
          onLoad={() => setLoaded(url)}
          onError={served.onError}
        />
      )}
      {served.isLost && <span className="parley-image__note">{texts.notLoaded}</span>}
    </span>
  )
}
