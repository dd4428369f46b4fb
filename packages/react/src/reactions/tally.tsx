import type { MessageReaction } from '@parley/client'
import type { MouseEvent } from 'react'
import { focusedElement } from '../hooks/focused-element.ts'
import { formatNumber } from '../texts/number-format.ts'
import { useTexts } from '../texts/use-texts.ts'
import { useDisplayNames } from '../users/use-users.ts'

interface TallyProps {
  reaction: MessageReaction
  onToggle: (emoji: string) => void
}

/**
 * The button of one emoji with its count and, on hover, the names of people who reacted, at most 20, and the number of
 * the others. A press calls `onToggle` with the emoji: the parent adds the own reaction or removes it.
 */
export function Tally({ reaction, onToggle }: TallyProps) {
  const { emoji, count, own, userIds } = reaction
  const texts = useTexts().reactions
  const names = useDisplayNames(userIds)
  const press = ({ currentTarget }: MouseEvent<HTMLElement>) => {
    // The button is removed with the last reaction, so the row takes the focus.
    const isLast = own && count === 1
    if (isLast && currentTarget === focusedElement()) currentTarget.closest<HTMLElement>('[data-row]')?.focus()
    onToggle(emoji)
  }
  return (
    <button
      type="button"
      className="parley-tally"
      data-row-action={emoji}
      tabIndex={-1}
      title={names.length > 0 ? texts.names(names, count - names.length) : undefined}
      aria-label={texts.tally(emoji, count, own)}
      aria-pressed={own}
      onClick={press}
    >
      <span className="parley-tally__pill">
        <span className="parley-emoji">{emoji}</span>
        <span>{formatNumber(count)}</span>
      </span>
    </button>
  )
}
