import { type ComponentProps, useState } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { TextField } from '../ui/field.tsx'

/**
 * A `TextField` for a password, hidden at first, with a button that shows and hides the typed text. It takes the props
 * of `TextField`, except `type` and `end`, which it sets itself, as it does `autoCapitalize` and `spellCheck`.
 */
export function PasswordField(props: Omit<ComponentProps<typeof TextField>, 'type' | 'end'>) {
  const texts = useTexts().sessions
  const [isShown, setIsShown] = useState(false)
  return (
    <TextField
      {...props}
      type={isShown ? 'text' : 'password'}
      autoCapitalize="none"
      spellCheck={false}
      end={
        <button
          type="button"
          className="parley-field__end"
          aria-pressed={isShown}
          aria-label={texts.showTyped}
          onClick={() => setIsShown(!isShown)}
        >
          {isShown ? texts.hide : texts.show}
        </button>
      }
    />
  )
}
