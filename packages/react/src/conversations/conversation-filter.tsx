import type { KeyboardEvent } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { Icon } from '../ui/icon.tsx'

interface ConversationFilterProps {
  value: string
  onChange: (value: string) => void
  /** Must open the first conversation of the list. */
  onEnter: () => void
  /** Must move the focus to the first conversation of the list. */
  onDown: () => void
}

/**
 * A field for the filter of the list of conversations; the parent stores the value and filters. Escape calls `onChange`
 * with '', and does nothing in an empty field; Enter and ArrowDown call their handlers.
 */
export function ConversationFilter({ value, onChange, onEnter, onDown }: ConversationFilterProps) {
  const texts = useTexts().conversations
  const keys: Record<string, () => void> = { Escape: () => onChange(''), Enter: onEnter, ArrowDown: onDown }
  const press = (event: KeyboardEvent) => {
    const run = keys[event.key]
    // While a word is being composed, keys belong to the input method.
    if (!run || event.nativeEvent.isComposing || (event.key === 'Escape' && value === '')) return
    event.preventDefault()
    run()
  }
  return (
    <label className="parley-filter">
      <Icon name="search" />
      <span className="parley-visually-hidden">{texts.filter}</span>
      <input
        type="search"
        autoComplete="off"
        spellCheck={false}
        placeholder={texts.filterPlaceholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={press}
      />
    </label>
  )
}
