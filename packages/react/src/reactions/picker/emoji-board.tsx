import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { type CategoryName, emojiCategories, findEmoji } from './emoji-catalogue.ts'
import { EmojiGrid } from './emoji-grid.tsx'
import type { EmojiBoardProps } from './load-emoji-board.tsx'

/** The emoji on the tab of each category. */
const faces: Record<CategoryName, string> = {
  smileys: '😀',
  people: '👋',
  nature: '🐻',
  food: '🍎',
  travel: '🚗',
  activities: '⚽',
  objects: '💡',
  symbols: '💜',
  flags: '🏁',
}

/**
 * A search field, tabs for the categories, and the emoji of the current category or of the search in all categories; a
 * sentence if it finds none. A press on an emoji, or Enter for the first one found, calls `onPick`; the board stays as
 * it is. A tab empties the search; ArrowDown in the field focuses the first emoji. Where the pointer can hover, it
 * focuses the field when it is mounted.
 */
export function EmojiBoard({ onPick }: EmojiBoardProps) {
  const texts = useTexts().reactions
  const [query, setQuery] = useState('')
  const [category, setCategory] = useState<CategoryName>('smileys')
  const grid = useRef<HTMLDivElement>(null)
  const isSearch = query.trim() !== ''
  const entries = isSearch ? findEmoji(query) : (emojiCategories.find(({ name }) => name === category)?.entries ?? [])
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter may end the composition of a character by an input method.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && isSearch && entries[0]) onPick(entries[0].emoji)
    else if (event.key === 'ArrowDown') grid.current?.querySelector('button')?.focus()
    else return
    event.preventDefault()
  }
  const tabs = emojiCategories.map(({ name }) => ({ key: name, label: texts.categories[name], face: faces[name] }))
  const show = (key: string) => {
    setQuery('')
    setCategory(key as CategoryName)
  }
  return (
    <>
      <SearchField query={query} onChange={setQuery} onKeyDown={onKeyDown} />
      <Tabs label={texts.categoryTabs} tabs={tabs} current={isSearch ? null : category} onChange={show}>
        <EmojiGrid
          // A new grid for each category, so that it is scrolled to its top.
          key={isSearch ? 'search' : category}
          ref={grid}
          label={isSearch ? texts.emojiFound : texts.categories[category]}
          entries={entries}
          onPick={onPick}
        />
        {entries.length === 0 && <p className="parley-picker__none">{texts.noEmojiFound}</p>}
      </Tabs>
    </>
  )
}

interface SearchFieldProps {
  query: string
  onChange: (query: string) => void
  onKeyDown: (event: KeyboardEvent) => void
}

function SearchField({ query, onChange, onKeyDown }: SearchFieldProps) {
  const texts = useTexts().reactions
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    // Not on touch screens, where the focus opens the keyboard, which would cover the emoji.
    if (matchMedia('(hover: hover)').matches) field.current?.focus({ preventScroll: true })
  }, [])
  return (
    <input
      ref={field}
      type="search"
      className="parley-input parley-picker__search"
      aria-label={texts.findEmoji}
      placeholder={texts.findEmoji}
      autoComplete="off"
      spellCheck={false}
      value={query}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
    />
  )
}
