import type { KeyboardEvent } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { Icon } from '../ui/icon.tsx'

interface ConversationFilterProps {
  value: string
  onChange: (value: string) => void
  /** Opens the first conversation that is found. */
  onEnter: () => void
  /** Moves the focus to the first conversation that is found. */
  onDown: () => void
}

/** Narrows the list of conversations by name. Escape clears it, Enter opens the first, the arrow leads to the list. */
export function ConversationFilter({ value, onChange, onEnter, onDown }: ConversationFilterProps) {
  const texts = useTexts().conversations
  const keys: Record<string, () => void> = { Escape: () => onChange(''), Enter: onEnter, ArrowDown: onDown }
  const press = (event: KeyboardEvent) => {
    const run = keys[event.key]
    // While a word is composed, the keys belong to the input method.
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
