import { forwardRef, type KeyboardEvent, type MouseEvent, type UIEvent, useState } from 'react'
import { moveFocus } from '../../headless/move-focus.ts'
import type { EmojiEntry } from './emoji-catalogue.ts'

interface EmojiGridProps {
  label: string
  entries: readonly EmojiEntry[]
  onPick: (emoji: string) => void
}

/** So many emoji are rendered at first and with each step: a few more than are visible. */
const step = 81
/** The next step is rendered when the end is this many px away. */
const ahead = 400

/** The number of columns, which depends on the width. */
const columnsOf = (grid: Element) => getComputedStyle(grid).gridTemplateColumns.split(' ').length

/**
 * A grid of emoji; a press calls `onPick`. Renders the first ones, and others when the person scrolls, so that it opens
 * quickly: use another React key for other `entries`. Tab focuses the first emoji, arrow keys move the focus, and
 * ArrowUp in the first line focuses the search field of the picker around it. `ref` gets its element.
 */
export const EmojiGrid = forwardRef<HTMLDivElement, EmojiGridProps>(function EmojiGrid(props, ref) {
  const { label, entries, onPick } = props
  const [limit, setLimit] = useState(step)
  const onScroll = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: UIEvent<HTMLElement>) => {
    if (limit < entries.length && scrollHeight - scrollTop - clientHeight < ahead) setLimit(limit + step)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const grid = event.currentTarget
    if (moveFocus(event, [...grid.querySelectorAll('button')], columnsOf(grid)) || event.key !== 'ArrowUp') return
    event.preventDefault()
    grid.closest('.parley-picker')?.querySelector('input')?.focus()
  }
  const onClick = ({ target }: MouseEvent) => {
    const emoji = (target as Element).closest('button')?.textContent
    if (emoji) onPick(emoji)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div
      ref={ref}
      className="parley-picker__grid parley-scroller"
      role="group"
      aria-label={label}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {entries.slice(0, limit).map(({ emoji, label: name }, index) => (
        <button
          key={emoji}
          type="button"
          className="parley-picker__emoji parley-emoji"
          tabIndex={index === 0 ? 0 : -1}
          title={name}
          aria-label={name}
        >
          {emoji}
        </button>
      ))}
    </div>
  )
})
