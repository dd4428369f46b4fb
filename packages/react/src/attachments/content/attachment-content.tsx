import type { AttachmentKind } from '@parley/protocol'
import type { ShownAttachment } from '../shown-attachment.ts'
import { useAttachments } from '../use-attachments.ts'
import { VoicePlayer } from '../voice/voice-player.tsx'
import { FileCard } from './file-card.tsx'
import { ImageGrid } from './image-grid.tsx'
import { AudioPlayer } from './media-player.tsx'
import { UnavailableCard } from './unavailable-card.tsx'
import { VideoPlayer } from './video-player.tsx'

interface AttachmentContentProps {
  conversationId: string
  ids: readonly string[]
}

/**
 * The attachments of a message: its pictures in a grid, then the others in their order, each with a player or card; a
 * placeholder instead for each that `useAttachments` does not know. Pictures and players load when they are mounted,
 * and each shows its own errors; a card loads its file only when the person saves it.
 */
export function AttachmentContent({ conversationId, ids }: AttachmentContentProps) {
  const shown = useAttachments(conversationId, ids)
  const images = shown.filter((one) => one !== null).filter(({ kind }) => kind === 'image')
  return (
    <div className="parley-attachments">
      {images.length > 0 && <ImageGrid images={images} />}
      {shown.map((one, at) => {
        if (one === null) return <UnavailableCard key={ids[at]} />
        return one.kind === 'image' ? null : <Single key={one.id} attachment={one} />
      })}
    </div>
  )
}

const players: Partial<Record<AttachmentKind, typeof FileCard>> = {
  video: VideoPlayer,
  audio: AudioPlayer,
  voice: VoicePlayer,
}

function Single({ attachment }: { attachment: ShownAttachment }) {
  const Player = players[attachment.kind] ?? FileCard
  return <Player attachment={attachment} />
}
