import { type FocusEvent, type KeyboardEvent, useCallback, useState } from 'react'

const rowOf = (element: EventTarget | null): HTMLElement | null =>
  element instanceof Element ? element.closest<HTMLElement>('[data-row]') : null

function neighbour(row: HTMLElement, key: string): Element | null {
  const rows = row.parentElement?.querySelectorAll(':scope > [data-row]')
  if (key === 'ArrowUp') return row.previousElementSibling
  if (key === 'ArrowDown') return row.nextElementSibling
  if (key === 'Home') return rows?.[0] ?? null
  if (key === 'End') return rows?.[rows.length - 1] ?? null
  return null
}

/** The button that is `step` after `from` in a row; undefined if there is none. */
function nextAction(row: HTMLElement, from: EventTarget | null, step: number): HTMLElement | undefined {
  const actions = [...row.querySelectorAll<HTMLElement>('[data-row-action]')]
  const at = actions.indexOf(from as HTMLElement)
  return actions[at + step]
}

/** Commands for the focused row, by the name of the key (`KeyboardEvent.key`) in lower case. */
export type RowKeys = Readonly<Record<string, (row: HTMLElement) => void>>

/**
 * The keyboard in a list (put `onFocus` and `onKeyDown` on it) of focusable sibling rows with `data-row` (their key):
 * ArrowUp, ArrowDown, Home and End focus another row; Enter, Space and ArrowRight the first button of a row
 * (`data-row-action`), ArrowRight and ArrowLeft the next and previous one; Escape, and ArrowLeft on the first one, the
 * row. A key that focuses nothing calls its command in `keys` (by its name in lower case, such as `e`) with the row,
 * only while a row itself has the focus. It ignores keys with Alt, Ctrl or Meta. `entryKey` is the key of the row that
 * had the focus last; null at first.
 */
export function useRowFocus(keys: RowKeys) {
  const [entryKey, setEntryKey] = useState<string | null>(null)

  const onFocus = useCallback((event: FocusEvent) => {
    const row = rowOf(event.target)
    if (row) setEntryKey(row.dataset.row ?? null)
  }, [])

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rowOf(event.target)
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return
    const isRow = event.target === row
    const target = targetOf(event, row, isRow)
    if (target) {
      event.preventDefault()
      target.focus()
      return
    }
    const act = isRow ? keys[event.key.toLowerCase()] : undefined
    if (!act) return
    event.preventDefault()
    act(row)
  }
  return { entryKey, onFocus, onKeyDown }
}

function targetOf(event: KeyboardEvent, row: HTMLElement, isRow: boolean): HTMLElement | null | undefined {
  const next = neighbour(row, event.key)
  if (next instanceof HTMLElement && next.dataset.row !== undefined) return next
  if (isRow && (event.key === 'Enter' || event.key === ' ')) return nextAction(row, event.target, 1)
  if (event.key === 'ArrowRight') return nextAction(row, event.target, 1)
  if (event.key === 'ArrowLeft') return isRow ? null : (nextAction(row, event.target, -1) ?? row)
  if (event.key === 'Escape' && !isRow) return row
  return null
}
