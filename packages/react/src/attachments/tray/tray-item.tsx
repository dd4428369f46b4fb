import { useState } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { FileName } from '../content/file-name-view.tsx'
import { FileSymbol } from '../content/file-symbol.tsx'
import { formatFileSize } from '../file-size.ts'
import type { ShownAttachment } from '../shown-attachment.ts'
import { usePreviewUrl } from '../use-preview-url.ts'

interface TrayItemProps {
  item: ShownAttachment
  onRemove: () => void
}

/**
 * A file that is sent with the message: its picture or icon, its name, the progress of its upload (then its size), and
 * a button that calls `onRemove`.
 */
export function TrayItem({ item, onRemove }: TrayItemProps) {
  const texts = useTexts().attachments
  const { name, size, upload } = item
  return (
    <li className="parley-tray__item">
      <TrayPicture item={item} />
      <div className="parley-tray__facts">
        <FileName name={name} />
        {upload ? <Progress item={item} /> : <span className="parley-tray__note">{formatFileSize(size)}</span>}
      </div>
      <IconButton
        className="parley-tray__remove"
        label={upload ? texts.cancel(name) : texts.remove(name)}
        icon="close"
        onClick={onRemove}
      />
    </li>
  )
}

function Progress({ item: { name, size, upload } }: Pick<TrayItemProps, 'item'>) {
  const texts = useTexts().attachments
  if (!upload) return null
  const note = { waiting: texts.waiting, processing: texts.processing }[upload.status as 'waiting' | 'processing']
  return (
    <>
      <span className="parley-tray__note">{note ?? `${formatFileSize(upload.sent)} / ${formatFileSize(size)}`}</span>
      <progress
        className="parley-progress"
        aria-label={texts.progress(name)}
        max={Math.max(1, size)}
        // Without a value it is indeterminate.
        value={upload.status === 'processing' ? undefined : upload.sent}
      />
    </>
  )
}

/** The picture itself, or an icon if the file is not a picture that the browser can show. */
function TrayPicture({ item: { id, kind, name } }: Pick<TrayItemProps, 'item'>) {
  const url = usePreviewUrl(id)
  const [isBroken, setIsBroken] = useState(false)
  if (kind !== 'image' || !url || isBroken) return <FileSymbol kind={kind} name={name} />
  return <img className="parley-tray__picture" src={url} alt="" onError={() => setIsBroken(true)} />
}
