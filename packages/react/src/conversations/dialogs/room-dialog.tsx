import type { Conversation, Visibility } from '@parley/protocol'
import { limits } from '@parley/protocol/limits'
import { type FormEvent, useId, useState } from 'react'
import { useAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { errorText } from '../../texts/error-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ChoiceField, TextField } from '../../ui/field.tsx'
import { Problem } from '../../ui/notice.tsx'

const visibilities = [
  { value: 'public', label: 'Public', hint: 'Everybody on this server can find it and join.' },
  { value: 'private', label: 'Private', hint: 'Only people who are invited or added can see it.' },
] as const

interface RoomDialogProps {
  /** The room to change; a new one without it. */
  room?: Conversation
  onClose: () => void
  /** The room is made or changed. */
  onDone: (room: Conversation) => void
}

/** Name, topic and visibility of a room, new or existing. */
export function RoomDialog({ room, onClose, onDone }: RoomDialogProps) {
  const chat = useChat()
  const form = useId()
  const [name, setName] = useState(room?.name ?? '')
  const [topic, setTopic] = useState(room?.topic ?? '')
  const [visibility, setVisibility] = useState<Visibility>(room?.visibility ?? 'public')
  const save = useAction(async () => {
    const settings = { name: name.trim(), topic: topic.trim() || null, visibility }
    onDone(await (room ? chat.conversations.update(room.id, settings) : chat.conversations.create(settings)))
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save.run()
  }
  return (
    <Dialog
      title={room ? 'Room settings' : 'New room'}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} disabled={name.trim() === ''} isBusy={save.isRunning}>
            {room ? 'Save' : 'Create room'}
          </Button>
        </>
      }
    >
      <form id={form} className="parley-form" onSubmit={submit}>
        <TextField
          label="Name"
          data-dialog-entry
          required
          autoComplete="off"
          maxLength={limits.name}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="Topic"
          hint="What it is about. You can leave it empty."
          autoComplete="off"
          maxLength={limits.topic}
          value={topic}
          onChange={(event) => setTopic(event.target.value)}
        />
        <ChoiceField label="Who can find it" value={visibility} choices={visibilities} onChange={setVisibility} />
        <Problem>{errorText(save.error)}</Problem>
      </form>
    </Dialog>
  )
}
