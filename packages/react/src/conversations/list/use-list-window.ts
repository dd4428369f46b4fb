import { type FocusEvent, useCallback, useLayoutEffect, useRef, useState } from 'react'

/** As many rows stand in a page as they are; of more, those in sight. */
const mostWhole = 60
/** Rows by which the window moves, and which it reaches beyond what is in sight. */
const step = 10
/** In pixels, until one is measured. */
const usualRowSize = 52

interface Stretch {
  start: number
  /** Exclusive. */
  end: number
  rowSize: number
}

/** A row of a windowed list. `offset` is where it stands in the list, in pixels; undefined where all rows are there. */
export interface WindowedRow {
  id: string
  index: number
  offset: number | undefined
}

/** The rows of a list that are in sight; the elements that scroll may be any around the list. */
function stretchInSight(list: HTMLElement, before: Stretch): Stretch {
  const { top } = list.getBoundingClientRect()
  const rowSize = list.firstElementChild?.getBoundingClientRect().height || before.rowSize
  const height = list.ownerDocument.defaultView?.innerHeight ?? 0
  const steps = (pixels: number) => pixels / rowSize / step
  const start = Math.max(0, Math.floor(steps(-top)) - 1) * step
  const end = Math.max(0, Math.ceil(steps(height - top)) + 1) * step
  const isSame = start === before.start && end === before.end && rowSize === before.rowSize
  return isSame ? before : { start, end, rowSize }
}

/** Calls back when something around an element scrolls, or when it or the page gets another size. */
function watchSight(element: HTMLElement, look: () => void): () => void {
  const { ownerDocument } = element
  // A scroll event does not leave a shadow root; captured, it is heard from every element around.
  const roots = new Set<Node>([ownerDocument, element.getRootNode()])
  for (const root of roots) root.addEventListener('scroll', look, { capture: true, passive: true })
  const sizes = new ResizeObserver(look)
  for (const sized of [element, ownerDocument.documentElement]) sizes.observe(sized)
  return () => {
    for (const root of roots) root.removeEventListener('scroll', look, { capture: true })
    sizes.disconnect()
  }
}

/**
 * The indexes to render, ascending: those in sight, the two ends, and the row with the focus, which would lose it,
 * between its neighbours, to which the keyboard leads.
 */
function indexesOf(count: number, { start, end }: Stretch, focused: number): number[] {
  const indexes = new Set([0, count - 1])
  for (let index = start; index < end; index++) indexes.add(index)
  if (focused >= 0) for (const by of [-1, 0, 1]) indexes.add(focused + by)
  return [...indexes].filter((index) => index >= 0 && index < count).sort((one, other) => one - other)
}

/**
 * Which rows of a list are rendered, if all rows have the same height: up to 60 rows all, of more those in sight, the
 * first and last one, and those around the focus. Put `list` and `onFocus` on the `<ul>`, whose children must be
 * exactly `rows` in their order, each at its `offset` px; `size` is the height of the `<ul>` in px. `offset` and `size`
 * are undefined if all rows are rendered.
 */
export function useListWindow(ids: readonly string[]) {
  const list = useRef<HTMLUListElement>(null)
  const [stretch, setStretch] = useState<Stretch>({ start: 0, end: 3 * step, rowSize: usualRowSize })
  const [focusedId, setFocusedId] = useState<string | null>(null)
  const isWindowed = ids.length > mostWhole
  const look = useCallback(() => {
    const element = list.current
    if (element) setStretch((before) => stretchInSight(element, before))
  }, [])
  // After each rendering: the lists above this one may have moved it.
  useLayoutEffect(() => {
    if (isWindowed) look()
  })
  useLayoutEffect(() => (isWindowed && list.current ? watchSight(list.current, look) : undefined), [isWindowed, look])

  const focused = focusedId === null ? -1 : ids.indexOf(focusedId)
  const indexes = isWindowed ? indexesOf(ids.length, stretch, focused) : ids.map((_, index) => index)
  const rows: WindowedRow[] = indexes.map((index) => ({
    id: ids[index] ?? '',
    index,
    offset: isWindowed ? index * stretch.rowSize : undefined,
  }))
  const onFocus = (event: FocusEvent<HTMLUListElement>) => {
    const at = [...event.currentTarget.children].findIndex((row) => row.contains(event.target))
    setFocusedId(rows[at]?.id ?? null)
  }
  return { list, rows, size: isWindowed ? ids.length * stretch.rowSize : undefined, onFocus }
}
