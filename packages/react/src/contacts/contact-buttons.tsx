import type { User } from '@parley/protocol'
import { useAction, useIsMounted } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/notice.tsx'
import { useContactState } from './use-contacts.ts'

interface ContactButtonsProps {
  user: User
  /** Opens the direct conversation with the user. Without it, there is no button to write to a contact. */
  onOpen?: ((conversationId: string) => void) | undefined
}

/**
 * The buttons for a person, by the state of the contact: request; withdraw the own request; accept and decline a
 * received one; for a contact, write (only with `onOpen`, else nothing). Each acts at once and shows its error itself.
 * They do not look at blocks, nor at whether the person is the user. `onOpen` is called only by write, and not if the
 * buttons are gone by then.
 */
export function ContactButtons({ user, onOpen }: ContactButtonsProps) {
  const state = useContactState(user.id)
  if (state === 'received') return <Answers user={user} />
  if (state === 'requested') return <ContactButton user={user} action="withdraw" />
  if (state === 'ended') return <ContactButton user={user} action="request" />
  return onOpen ? <WriteButton user={user} onOpen={onOpen} /> : null
}

function ContactButton({ user, action }: { user: User; action: 'request' | 'withdraw' | 'decline' }) {
  const chat = useChat()
  const texts = useTexts().contacts
  const act = useAction(() => chat.contacts[action](user.id))
  return (
    <>
      <Button isBusy={act.isRunning} aria-label={texts[`${action}Of`](user.displayName)} onClick={() => act.run()}>
        {texts[action]}
      </Button>
      <Problem error={act.error} />
    </>
  )
}

function Answers({ user }: { user: User }) {
  const chat = useChat()
  const texts = useTexts().contacts
  const accept = useAction(() => chat.contacts.accept(user.id))
  return (
    <>
      <Button
        look="primary"
        isBusy={accept.isRunning}
        aria-label={texts.acceptOf(user.displayName)}
        onClick={() => accept.run()}
      >
        {texts.accept}
      </Button>
      <ContactButton user={user} action="decline" />
      <Problem error={accept.error} />
    </>
  )
}

function WriteButton({ user, onOpen }: { user: User; onOpen: (conversationId: string) => void }) {
  const chat = useChat()
  const texts = useTexts().conversations
  const isMounted = useIsMounted()
  const open = useAction(async () => {
    const { id } = await chat.conversations.openDirect({ userId: user.id })
    if (isMounted()) onOpen(id)
  })
  return (
    <>
      <Button isBusy={open.isRunning} aria-label={texts.writeTo(user.displayName)} onClick={() => open.run()}>
        {texts.write}
      </Button>
      <Problem error={open.error} />
    </>
  )
}
