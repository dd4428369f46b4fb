import { ContactButtons } from '../contacts/contact-buttons.tsx'
import { useContactState } from '../contacts/use-contacts.ts'
import { useOtherPerson } from '../conversations/use-conversations.ts'
import { useTexts } from '../texts/use-texts.ts'
import { UnblockButton } from './unblock-button.tsx'

interface WriteBarrierProps {
  conversationId: string
  reason: 'blocked' | 'refused'
}

/**
 * Stands in the place of the composer where the user cannot write: says why, without revealing a block by the other
 * person. With `blocked`, a button lifts the own block. With `refused`, the buttons are those of `ContactButtons`: to
 * request, to withdraw, or to accept and decline; none if the two are contacts. Shows nothing while the other person is
 * not known.
 */
export function WriteBarrier({ conversationId, reason }: WriteBarrierProps) {
  const other = useOtherPerson(conversationId)
  const contact = useContactState(other?.id)
  const texts = useTexts().blocks
  if (!other) return null
  const isBlocked = reason === 'blocked'
  return (
    <div className="parley-write-barrier" role="status">
      <p>{isBlocked ? texts.youBlocked(other.displayName) : texts.cannotWrite(other.displayName)}</p>
      {isBlocked && <UnblockButton user={other} />}
      {!isBlocked && contact !== 'accepted' && <ContactButtons user={other} />}
    </div>
  )
}
