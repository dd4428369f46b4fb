import type { User } from '@parley/protocol'
import { useState } from 'react'
import { BlockDialog } from '../blocks/block-dialog.tsx'
import { blockIcon } from '../blocks/block-icons.ts'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, type MenuItem } from '../ui/menu.tsx'
import { Problem } from '../ui/notice.tsx'
import { PersonName } from '../users/people-search.tsx'
import { UserAvatar } from '../users/user-avatar.tsx'
import { ContactButtons } from './contact-buttons.tsx'
import { useContactState } from './use-contacts.ts'

interface ContactItemProps {
  user: User
  onOpen: (conversationId: string) => void
}

/**
 * A contact, or a person with an open request, as an item of a list, with the buttons of `ContactButtons` and a menu:
 * remove (only a contact, at once) and block (always, after a confirmation). Shows errors itself. It shows the presence
 * of a contact, but does not watch it. `onOpen` gets the direct conversation after a press of write.
 */
export function ContactItem({ user, onOpen }: ContactItemProps) {
  const chat = useChat()
  const { contacts: texts, blocks, memberships } = useTexts()
  const state = useContactState(user.id)
  const [isBlocking, setIsBlocking] = useState(false)
  const remove = useAction(() => chat.contacts.remove(user.id))
  const removing: MenuItem = { label: texts.remove, icon: 'close', isDanger: true, onSelect: () => void remove.run() }
  const blocking: MenuItem = {
    label: blocks.block,
    icon: blockIcon,
    isDanger: true,
    onSelect: () => setIsBlocking(true),
  }
  return (
    <li className="parley-person parley-contact">
      <UserAvatar user={user} size="small" withPresence={state === 'accepted'} />
      <span className="parley-person__names">
        <PersonName user={user} note={state === 'requested' ? texts.waiting : undefined} />
        <Problem error={remove.error} />
      </span>
      <span className="parley-contact__buttons">
        <ContactButtons user={user} onOpen={onOpen} />
        <Menu
          label={memberships.menuOf(user.displayName)}
          groups={[{ items: state === 'accepted' ? [removing, blocking] : [blocking] }]}
          trigger={(props) => <IconButton {...props} label={memberships.moreAbout(user.displayName)} icon="more" />}
        />
      </span>
      {isBlocking && <BlockDialog user={user} onClose={() => setIsBlocking(false)} />}
    </li>
  )
}
