import { limits } from '@parley/protocol/limits'
import { type FormEvent, useState } from 'react'
import { useAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { TextField } from '../../ui/field.tsx'
import { useMe } from '../use-users.ts'
import { FormEnd } from './form-end.tsx'

/**
 * A form that changes the own display name, without spaces around it; its button is disabled while the name is blank or
 * the present one. It says that the name was saved, until the next change, and shows errors itself.
 */
export function ProfileForm() {
  const chat = useChat()
  const me = useMe()
  const { page, users: texts } = useTexts()
  const [displayName, setDisplayName] = useState(me?.displayName ?? '')
  const [isSaved, setIsSaved] = useState(false)
  const name = displayName.trim()
  const save = useAction(() => chat.users.update({ displayName: name }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setIsSaved(await save.run())
  }
  return (
    <form className="parley-form" onSubmit={submit}>
      <TextField
        label={texts.displayName}
        hint={texts.usernameStays(me?.username ?? '')}
        required
        maxLength={limits.name}
        autoComplete="name"
        value={displayName}
        onChange={(event) => {
          setDisplayName(event.target.value)
          setIsSaved(false)
        }}
      />
      <FormEnd
        action={save}
        label={page.save}
        isDisabled={name === '' || name === me?.displayName}
        done={isSaved ? texts.saved : null}
      />
    </form>
  )
}
