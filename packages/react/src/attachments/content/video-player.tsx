import { useRef, useState } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { Icon } from '../../ui/icon.tsx'
import { play } from '../attachment-icons.ts'
import { formatDuration } from '../file-size.ts'
import { playAlone } from '../playback.ts'
import { useAttachmentUrl } from '../use-attachment-url.ts'
import { type AttachmentProps, FileCard } from './file-card.tsx'
import { keepArrows, LostPlayer } from './media-player.tsx'
import { shapeOf, widthOf } from './picture-shape.ts'

/** The shape of a video of unknown size. */
const usualShape = 16 / 9

/**
 * Adds a time to the address, beside what follows its `#` after a second try: with the metadata alone, browsers show no
 * picture of a video unless a time is asked for.
 */
const firstPicture = (url: string): string => `${url}${url.includes('#') ? '&' : '#'}t=0.001`

/**
 * A video: its first picture, which it loads when it is mounted, and its length, if that is known. A press of play
 * focuses the video and shows the browser's controls, which stay. While it is uploaded, a `FileCard` instead; if it
 * cannot be loaded, a `LostPlayer`, whose button tries again. It pauses other players on the page when it plays.
 */
export function VideoPlayer({ attachment }: AttachmentProps) {
  const { id, name, upload } = attachment
  const media = useAttachmentUrl(id, 'original', upload === null)
  const [isBegun, setIsBegun] = useState(false)
  const [lengthMs, setLengthMs] = useState(attachment.durationMs)
  const video = useRef<HTMLVideoElement>(null)
  if (upload) return <FileCard attachment={attachment} />
  if (media.isLost) return <LostPlayer attachment={attachment} onRetry={media.retry} />
  const shape = shapeOf(attachment, usualShape)
  const begin = () => {
    setIsBegun(true)
    video.current?.focus()
    // If the browser refuses to play, its controls are visible now.
    video.current?.play().catch(() => undefined)
  }
  return (
    <div
      className="parley-video"
      style={{ aspectRatio: String(shape), inlineSize: `${widthOf(attachment, shape)}rem` }}
    >
      {/* biome-ignore lint/a11y/useMediaCaption: what people send has none */}
      <video
        ref={video}
        src={media.url === null ? undefined : firstPicture(media.url)}
        controls={isBegun}
        playsInline
        preload="metadata"
        aria-label={name}
        tabIndex={-1}
        data-row-action={isBegun ? 'video' : undefined}
        onLoadedMetadata={({ currentTarget: { duration } }) =>
          Number.isFinite(duration) && setLengthMs((known) => known ?? duration * 1_000)
        }
        onPlay={(event) => playAlone(event.currentTarget)}
        onError={media.onError}
        onKeyDown={keepArrows}
      />
      {!isBegun && <Begin name={name} lengthMs={lengthMs} onBegin={begin} />}
    </div>
  )
}

interface BeginProps {
  name: string
  lengthMs: number | null
  onBegin: () => void
}

function Begin({ name, lengthMs, onBegin }: BeginProps) {
  const texts = useTexts().attachments
  return (
    <button
      type="button"
      className="parley-video__begin"
      data-row-action="video"
      data-long-press
      tabIndex={-1}
      aria-label={texts.playVideo(name)}
      onClick={onBegin}
    >
      <span className="parley-video__symbol">
        <Icon name={play} />
      </span>
      {lengthMs !== null && <span className="parley-video__length">{formatDuration(Math.max(1_000, lengthMs))}</span>}
    </button>
  )
}
