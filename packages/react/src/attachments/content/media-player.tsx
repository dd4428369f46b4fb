import type { KeyboardEvent } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { formatFileSize } from '../file-size.ts'
import { playAlone } from '../playback.ts'
import { useAttachmentUrl } from '../use-attachment-url.ts'
import type { AttachmentProps } from './file-card.tsx'
import { FileCard } from './file-card.tsx'
import { FileName } from './file-name-view.tsx'

/**
 * A key handler for a player inside a row: stops the propagation of arrow keys, so that they do not move the focus of
 * the list. Other keys reach the row, such as Escape, which focuses it.
 */
export const keepArrows = (event: KeyboardEvent) => event.key.startsWith('Arrow') && event.stopPropagation()

/**
 * A sound file that is not a voice recording: its name and size, and the browser's controls. It asks for its address
 * when it is mounted. While it is uploaded, a `FileCard` instead; if it cannot be loaded, a `LostPlayer`, whose button
 * asks for the address again. It pauses other players on the page, also videos, when it plays.
 */
export function AudioPlayer({ attachment }: AttachmentProps) {
  const { id, name, size, upload } = attachment
  const media = useAttachmentUrl(id, 'original', upload === null)
  if (upload) return <FileCard attachment={attachment} />
  if (media.isLost) return <LostPlayer attachment={attachment} onRetry={media.retry} />
  return (
    <div className="parley-audio">
      <span className="parley-audio__facts">
        <FileName name={name} />
        <small>{formatFileSize(size)}</small>
      </span>
      {/* biome-ignore lint/a11y/useMediaCaption: what people send has none */}
      <audio
        src={media.url ?? undefined}
        controls
        preload="metadata"
        aria-label={name}
        tabIndex={-1}
        data-row-action="audio"
        onPlay={(event) => playAlone(event.currentTarget)}
        onError={media.onError}
        onKeyDown={keepArrows}
      />
    </div>
  )
}

interface LostPlayerProps extends AttachmentProps {
  onRetry: () => void
}

/**
 * Says that a file could not be loaded or played, with its card, by which it can be saved, and a button that calls
 * `onRetry`.
 */
export function LostPlayer({ attachment, onRetry }: LostPlayerProps) {
  const { attachments: texts, page } = useTexts()
  return (
    <div className="parley-lost">
      <FileCard attachment={attachment} />
      <span>{texts.notLoaded}</span>
      <Button look="quiet" data-row-action="retry" tabIndex={-1} onClick={onRetry}>
        {page.tryAgain}
      </Button>
    </div>
  )
}
