import { useState } from 'react'
import type { MessageDialogProps } from '../messages/message-extension.ts'
import { formatNumber } from '../texts/number-format.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { smile } from './reaction-icons.ts'
import { ReactorList } from './reactor-list.tsx'
import { useReactions } from './use-reactions.ts'

/**
 * A dialog that lists who reacted to a message, with a tab for each emoji; a sentence if there are no reactions. Opens
 * with the emoji whose tally is the `anchor`, else with the first one. Stays up to date while it is open, and shows
 * errors itself.
 */
export function WhoReacted({ message, anchor, onClose }: MessageDialogProps) {
  const texts = useTexts().reactions
  const { reactions } = useReactions(message.conversationId, message.id)
  const [wanted, setWanted] = useState(() => anchor.getAttribute('data-row-action'))
  const shown = reactions.find(({ emoji }) => emoji === wanted) ?? reactions[0]
  const tabOf = ({ emoji, count, own }: (typeof reactions)[number]) => ({
    key: emoji,
    label: texts.tally(emoji, count, own),
    face: (
      <>
        <span className="parley-emoji">{emoji}</span> {formatNumber(count)}
      </>
    ),
  })
  return (
    <Dialog title={texts.whoReacted} size="small" onClose={onClose}>
      {shown ? (
        <Tabs label={texts.reactions} tabs={reactions.map(tabOf)} current={shown.emoji} onChange={setWanted}>
          <ReactorList key={shown.emoji} messageId={message.id} emoji={shown.emoji} count={shown.count} />
        </Tabs>
      ) : (
        <EmptyState icon={smile} title={texts.nobody} />
      )}
    </Dialog>
  )
}
