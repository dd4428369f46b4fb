import type { Conversation, Visibility } from '@parley/protocol'
import { limits } from '@parley/protocol/limits'
import { type FormEvent, useId, useState } from 'react'
import { useDialogAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ChoiceField, TextField } from '../../ui/field.tsx'
import { Problem } from '../../ui/notice.tsx'

interface RoomDialogProps {
  /** The room to change. Without it, the dialog makes a new room. */
  room?: Conversation
  /** The field that takes the focus. Default: `name`. */
  entry?: 'name' | 'topic'
  onClose: () => void
  /** Called after the room was made or changed. */
  onDone: (room: Conversation) => void
}

/**
 * A dialog for the name, topic and visibility of `room`, or, without it, of a new room (at first public). It saves
 * them, name and topic trimmed, and calls `onDone` with the room (not `onClose`); if that fails, it stays open and
 * shows the error. A blank name cannot be saved; a blank topic removes the topic. Cancelling calls only `onClose`, and
 * does not stop a request that has begun. Takes the values of `room` only when it is mounted, and focuses the field
 * `entry`.
 */
export function RoomDialog({ room, entry = 'name', onClose, onDone }: RoomDialogProps) {
  const chat = useChat()
  const { page, conversations: texts } = useTexts()
  const form = useId()
  const [settings, setSettings] = useState<RoomSettings>({
    name: room?.name ?? '',
    topic: room?.topic ?? '',
    visibility: room?.visibility ?? 'public',
  })
  const name = settings.name.trim()
  const changed = { ...settings, name, topic: settings.topic.trim() || null }
  const save = useDialogAction(
    () => (room ? chat.conversations.update(room.id, changed) : chat.conversations.create(changed)),
    { onClose, onDone },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save.run()
  }
  return (
    <Dialog
      title={room ? texts.roomSettings : texts.newRoom}
      onClose={save.cancel}
      actions={
        <>
          <Button onClick={save.cancel}>{page.cancel}</Button>
          <Button look="primary" type="submit" form={form} disabled={name === ''} isBusy={save.isRunning}>
            {room ? page.save : texts.createRoom}
          </Button>
        </>
      }
    >
      <form id={form} className="parley-form" onSubmit={submit}>
        <RoomFields
          entry={entry}
          settings={settings}
          onChange={(changed) => setSettings((now) => ({ ...now, ...changed }))}
        />
        <Problem error={save.error} />
      </form>
    </Dialog>
  )
}

interface RoomSettings {
  name: string
  topic: string
  visibility: Visibility
}

interface RoomFieldsProps {
  entry: 'name' | 'topic'
  settings: RoomSettings
  onChange: (changed: Partial<RoomSettings>) => void
}

function RoomFields({ entry, settings: { name, topic, visibility }, onChange }: RoomFieldsProps) {
  const texts = useTexts().conversations
  const visibilities = [
    { value: 'public', label: texts.public, hint: texts.publicHint },
    { value: 'private', label: texts.private, hint: texts.privateHint },
  ] as const
  return (
    <>
      <TextField
        label={texts.name}
        data-dialog-entry={entry === 'name' || undefined}
        required
        autoComplete="off"
        maxLength={limits.name}
        value={name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <TextField
        label={texts.topic}
        hint={texts.topicHint}
        data-dialog-entry={entry === 'topic' || undefined}
        autoComplete="off"
        maxLength={limits.topic}
        value={topic}
        onChange={(event) => onChange({ topic: event.target.value })}
      />
      <ChoiceField
        label={texts.visibility}
        value={visibility}
        choices={visibilities}
        onChange={(chosen) => onChange({ visibility: chosen })}
      />
    </>
  )
}
