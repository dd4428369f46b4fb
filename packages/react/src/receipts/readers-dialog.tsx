import type { MemberReceipt } from '@parley/protocol'
import type { MessageDialogProps } from '../messages/message-extension.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { ListEnd, Skeleton } from '../ui/notice.tsx'
import { PersonName } from '../users/people-search.tsx'
import { useUser } from '../users/use-users.ts'
import { UserAvatar } from '../users/user-avatar.tsx'
import { useReaders } from './use-readers.ts'

/**
 * A dialog that lists the other members who have read a message, those who have only received it, and those who have
 * not yet; an empty list has no heading. Leaves out members who joined after it, and users whom this device does not
 * know. Loads them in pages while it is mounted, the next one by a button, again from the first one at a new receipt,
 * and shows errors with a button that tries again.
 */
export function ReadersDialog({ message, onClose }: MessageDialogProps) {
  const texts = useTexts().receipts
  const readers = useReaders(message.conversationId, message.seq)
  const { read, delivered, waiting, isKnown, isLoading } = readers
  return (
    <Dialog title={texts.readers} size="small" onClose={onClose}>
      {!isKnown && isLoading && <Skeleton label={texts.loadingReaders} rows={3} />}
      <Readers title={texts.readBy} receipts={read} />
      <Readers title={texts.deliveredTo} receipts={delivered} />
      <Readers title={texts.notYetWith} receipts={waiting} />
      <ListEnd pages={readers} label={texts.showMore} />
    </Dialog>
  )
}

function Readers({ title, receipts }: { title: string; receipts: readonly MemberReceipt[] }) {
  if (receipts.length === 0) return null
  return (
    <section className="parley-readers" aria-label={title}>
      <h3 className="parley-readers__title">{title}</h3>
      <ul className="parley-people">
        {receipts.map(({ userId }) => (
          <Reader key={userId} userId={userId} />
        ))}
      </ul>
    </section>
  )
}

function Reader({ userId }: { userId: string }) {
  const user = useUser(userId)
  // An unknown user appears when the members of the conversation are loaded.
  if (!user) return null
  return (
    <li className="parley-person">
      <UserAvatar user={user} size="small" />
      <PersonName user={user} />
    </li>
  )
}
