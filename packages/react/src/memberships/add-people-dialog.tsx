import type { User } from '@parley/protocol'
import { useState } from 'react'
import { useDialogAction } from '../hooks/use-action.ts'
import { useChat, useConversationState } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ChoiceField } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { Problem } from '../ui/notice.tsx'
import { PeopleSearch } from '../users/people-search.tsx'
import { mayAdd } from './permissions.ts'
import { useOwnRole } from './use-members.ts'

interface AddPeopleDialogProps {
  conversationId: string
  onClose: () => void
}

/**
 * A dialog that finds people, collects those whom the person chooses, and invites them to a room; admins and owners can
 * choose to add them without asking. It does not offer people who are known to be in the room or invited, and loads no
 * members. Calls `onClose` when that succeeded or the person cancels, which does not stop a request that has begun; if
 * it fails, it stays open and shows the error.
 */
export function AddPeopleDialog({ conversationId, onClose }: AddPeopleDialogProps) {
  const chat = useChat()
  const { page, memberships: texts } = useTexts()
  const canAdd = mayAdd(useOwnRole(conversationId))
  const memberships = useConversationState(conversationId, (held) => held?.memberships)
  const [chosen, setChosen] = useState<User[]>([])
  const [method, setMethod] = useState<'invite' | 'add'>('invite')
  const ids = chosen.map(({ id }) => id)
  const invite = useDialogAction(() => chat.memberships[method](conversationId, ids), { onClose })
  const isIn = ({ id }: User) => {
    const state = memberships?.[id]?.state
    return state === 'active' || state === 'invited'
  }
  const drop = (user: User) => setChosen((users) => users.filter(({ id }) => id !== user.id))
  const methods = [
    { value: 'invite', label: texts.invite, hint: texts.inviteHint },
    { value: 'add', label: texts.addRightAway, hint: texts.addHint },
  ] as const
  return (
    <Dialog
      title={texts.addPeople}
      onClose={invite.cancel}
      actions={
        <>
          <Button onClick={invite.cancel}>{page.cancel}</Button>
          <Button look="primary" disabled={chosen.length === 0} isBusy={invite.isRunning} onClick={() => invite.run()}>
            {method === 'add' ? texts.add : texts.invite}
          </Button>
        </>
      }
    >
      {canAdd && <ChoiceField label={texts.how} value={method} choices={methods} onChange={setMethod} />}
      {chosen.length > 0 && <Chosen users={chosen} onDrop={drop} />}
      <PeopleSearch label={texts.findPeople} without={(user) => isIn(user) || chosen.some(({ id }) => id === user.id)}>
        {(user) => (
          <Button
            aria-label={texts.chooseUser(user.displayName)}
            onClick={() => setChosen((users) => [...users, user])}
          >
            {texts.choose}
          </Button>
        )}
      </PeopleSearch>
      <Problem error={invite.error} />
    </Dialog>
  )
}

function Chosen({ users, onDrop }: { users: readonly User[]; onDrop: (user: User) => void }) {
  const texts = useTexts().memberships
  return (
    <ul className="parley-chosen" aria-label={texts.chosenPeople}>
      {users.map((user) => (
        <li key={user.id}>
          <button
            type="button"
            className="parley-chip"
            aria-label={texts.dropUser(user.displayName)}
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
