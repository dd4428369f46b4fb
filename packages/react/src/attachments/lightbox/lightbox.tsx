import { type KeyboardEvent, type SyntheticEvent, useState } from 'react'
import { ModalDialog } from '../../headless/modal-dialog.tsx'
import { focusedElement } from '../../hooks/focused-element.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { download, next, zoomIn, zoomOut } from '../attachment-icons.ts'
import { FileName } from '../content/file-name-view.tsx'
import { formatFileSize } from '../file-size.ts'
import { useDownload } from '../use-download.ts'
import type { LightboxProps } from './lazy-lightbox.tsx'
import { LightboxImage } from './lightbox-image.tsx'
import { useSwipe } from './use-swipe.ts'
import { useZoom, type Zoom } from './use-zoom.ts'

/** Long presses, presses and keys in the lightbox must not reach the row of the message, which contains it. */
const stopPropagation = (event: SyntheticEvent) => event.stopPropagation()

/**
 * A dialog with the pictures of a message, one at a time, first that of the index `start`, as large as the screen, with
 * buttons to zoom and to save it. Arrow keys, swipes and buttons show the next or previous one. While it is zoomed,
 * arrow keys move it instead, swipes do nothing and those buttons are hidden. The keys plus and minus zoom, 0 ends the
 * zoom; Home and End show the first or last picture without zoom. Escape, the close button and a press beside a picture
 * that is not zoomed call `onClose`, which must unmount it. Nothing if `images` is empty.
 */
export function Lightbox({ images, start, onClose }: LightboxProps) {
  const texts = useTexts().attachments
  const [at, setAt] = useState(start)
  const image = images[at] ?? images[0]
  const zoom = useZoom()
  const { isZoomed } = zoom
  const show = (place: number) => {
    if (place < 0 || place >= images.length) return
    setAt(place)
    zoom.reset()
  }
  const swipe = useSwipe((step) => !isZoomed && show(at + (isRtl() ? -step : step)))
  const onKeyDown = (event: KeyboardEvent) => {
    // With these, keys belong to the browser: Alt and an arrow go back in its history.
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (zoom.onKeyDown(event)) return event.preventDefault()
    const place = placeOf(event.key, at, images.length - 1)
    if (place === undefined) return
    event.preventDefault()
    show(place)
  }
  if (!image) return null
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps events to itself
    <div
      onPointerDown={stopPropagation}
      onClick={stopPropagation}
      onContextMenu={stopPropagation}
      onKeyDown={stopPropagation}
    >
      <ModalDialog className="parley-lightbox" aria-label={texts.viewer} onClose={onClose}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the dialog */}
        <div className="parley-lightbox__sheet" onKeyDown={onKeyDown}>
          <LightboxBar image={image} at={at} count={images.length} zoom={zoom} onClose={onClose} />
          <div className="parley-lightbox__stage" {...swipe}>
            <LightboxImage key={image.id} image={image} zoom={zoom} onLeave={onClose} />
          </div>
          {images.length > 1 && !isZoomed && <Steps at={at} count={images.length} onShow={show} />}
        </div>
      </ModalDialog>
    </div>
  )
}

const isRtl = () => getComputedStyle(focusedElement() ?? document.body).direction === 'rtl'

function placeOf(key: string, at: number, last: number): number | undefined {
  const forward = isRtl() ? 'ArrowLeft' : 'ArrowRight'
  if (key === 'ArrowRight' || key === 'ArrowLeft') return key === forward ? at + 1 : at - 1
  if (key === 'Home') return 0
  if (key === 'End') return last
  return undefined
}

interface StepsProps {
  at: number
  count: number
  onShow: (place: number) => void
}

function Steps({ at, count, onShow }: StepsProps) {
  const texts = useTexts().attachments
  return (
    <>
      <span className="parley-lightbox__step parley-lightbox__step--back">
        <IconButton label={texts.previous} icon="back" disabled={at === 0} onClick={() => onShow(at - 1)} />
      </span>
      <span className="parley-lightbox__step parley-lightbox__step--on">
        <IconButton label={texts.next} icon={next} disabled={at === count - 1} onClick={() => onShow(at + 1)} />
      </span>
    </>
  )
}

interface LightboxBarProps extends Omit<StepsProps, 'onShow'> {
  image: LightboxProps['images'][number]
  zoom: Zoom
  onClose: () => void
}

function LightboxBar({ image, at, count, zoom, onClose }: LightboxBarProps) {
  const { attachments: texts, page } = useTexts()
  const saving = useDownload(image.id, image.name)
  const [savedId, setSavedId] = useState<string | null>(null)
  const isNotSaved = saving.error !== null && savedId === image.id
  const save = async () => {
    setSavedId(image.id)
    await saving.run()
  }
  const { isZoomed } = zoom
  return (
    <div className="parley-lightbox__bar">
      <p className="parley-lightbox__facts" aria-live="polite">
        <FileName name={image.name} />
        <small>
          {formatFileSize(image.size)}
          {count > 1 && ` · ${texts.place(at + 1, count)}`}
          {isNotSaved && ` · ${texts.notLoaded}`}
        </small>
      </p>
      <IconButton
        label={isZoomed ? texts.zoomOut : texts.zoomIn}
        icon={isZoomed ? zoomOut : zoomIn}
        onClick={() => zoom.toggle()}
      />
      <IconButton label={texts.download(image.name)} icon={download} onClick={save} />
      <IconButton data-dialog-entry label={page.close} icon="close" onClick={onClose} />
    </div>
  )
}
