import { useRef, useState } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { LazyLightbox } from '../lightbox/lazy-lightbox.tsx'
import type { ShownAttachment } from '../shown-attachment.ts'
import { AttachmentImage } from './attachment-image.tsx'
import { shapeOf, widthOf } from './picture-shape.ts'
import { UploadState } from './upload-state.tsx'

interface ImageGridProps {
  images: readonly ShownAttachment[]
}

/** The grid shows so many pictures; the last of them shows the number of the others. */
const cells = 5

/**
 * The pictures of a message: one in its own shape, several in a grid of at most five. Of more, the fifth shows how many
 * follow the fourth, itself included. A press opens all in the lightbox, beginning with the pressed one. Its size does
 * not change when they are loaded.
 */
export function ImageGrid({ images }: ImageGridProps) {
  const texts = useTexts().attachments
  const [openAt, setOpenAt] = useState<number | null>(null)
  const grid = useRef<HTMLDivElement>(null)
  const [first] = images
  const shown = images.slice(0, cells)
  const hidden = images.length - shown.length
  const style =
    first && images.length === 1
      ? { aspectRatio: String(shapeOf(first)), inlineSize: `${widthOf(first, shapeOf(first))}rem` }
      : undefined
  return (
    <div ref={grid} className="parley-images" data-count={shown.length} style={style}>
      {shown.map((image, at) => (
        <div key={image.id} className="parley-images__cell">
          <button
            type="button"
            className="parley-images__open"
            data-row-action="image"
            data-long-press
            tabIndex={-1}
            aria-label={texts.openImage(image.name, at + 1, images.length)}
            onClick={() => setOpenAt(at)}
          >
            <AttachmentImage image={image} isSingle={images.length === 1} />
            {hidden > 0 && at === shown.length - 1 && (
              <span className="parley-images__more">{texts.more(hidden + 1)}</span>
            )}
          </button>
          {/* Beside the button, because it can contain one itself. */}
          {image.upload && (
            <span className="parley-image__upload">
              <UploadState upload={image.upload} />
            </span>
          )}
        </div>
      ))}
      {openAt !== null && <LazyLightbox images={images} start={openAt} onClose={() => setOpenAt(null)} />}
    </div>
  )
}
