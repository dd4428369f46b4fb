import type { User } from '@parley/protocol'
import { useState } from 'react'
import { useAction } from '../hooks/use-action.ts'
import { useChat, useChatState } from '../hooks/use-chat.ts'
import { errorText } from '../texts/error-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ChoiceField } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { Problem } from '../ui/notice.tsx'
import { PeopleSearch } from '../users/people-search.tsx'
import { mayAdd } from './permissions.ts'
import { useOwnRole } from './use-members.ts'

const ways = [
  { value: 'invite', label: 'Invite', hint: 'They decide whether to come.' },
  { value: 'add', label: 'Add right away', hint: 'They are members at once.' },
] as const

interface AddPeopleDialogProps {
  conversationId: string
  onClose: () => void
}

/** Finds people and invites them to a room, or adds them at once. */
export function AddPeopleDialog({ conversationId, onClose }: AddPeopleDialogProps) {
  const chat = useChat()
  const canAdd = mayAdd(useOwnRole(conversationId))
  const memberships = useChatState(({ conversations }) => conversations[conversationId]?.memberships)
  const [chosen, setChosen] = useState<User[]>([])
  const [way, setWay] = useState<'invite' | 'add'>('invite')
  const invite = useAction(async () => {
    const ids = chosen.map(({ id }) => id)
    await chat.memberships[way](conversationId, ids)
    onClose()
  })
  const isIn = ({ id }: User) => {
    const state = memberships?.[id]?.state
    return state === 'active' || state === 'invited'
  }
  const drop = (user: User) => setChosen((users) => users.filter(({ id }) => id !== user.id))
  return (
    <Dialog
      title="Add people"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={chosen.length === 0} isBusy={invite.isRunning} onClick={() => invite.run()}>
            {way === 'add' ? 'Add' : 'Invite'}
          </Button>
        </>
      }
    >
      {canAdd && <ChoiceField label="How" value={way} choices={ways} onChange={setWay} />}
      {chosen.length > 0 && <Chosen users={chosen} onDrop={drop} />}
      <PeopleSearch label="Find people" without={(user) => isIn(user) || chosen.some(({ id }) => id === user.id)}>
        {(user) => (
          <Button aria-label={`Choose ${user.displayName}`} onClick={() => setChosen((users) => [...users, user])}>
            Choose
          </Button>
        )}
      </PeopleSearch>
      <Problem>{errorText(invite.error)}</Problem>
    </Dialog>
  )
}

function Chosen({ users, onDrop }: { users: readonly User[]; onDrop: (user: User) => void }) {
  return (
    <ul className="parley-chosen" aria-label="Chosen people">
      {users.map((user) => (
        <li key={user.id}>
          <button
            type="button"
            className="parley-chip"
            aria-label={`Do not choose ${user.displayName}`}
            onClick={() => onDrop(user)}
          >
            <bdi>{user.displayName}</bdi>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  )
}
