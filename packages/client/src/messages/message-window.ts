import type { Message } from '@parley/protocol'

/** The one of two states of the same message that has the greater `rev`; `held` if both revs are equal. */
export const newerMessage = (held: Message, given: Message): Message => (given.rev > held.rev ? given : held)

/** The loaded messages of a conversation: ascending by seq, without gaps. */
export type MessageWindow = readonly Message[]

/** The seq of the first, and so oldest, message in the window; undefined if it is empty. */
export const firstSeq = (window: MessageWindow): number | undefined => window[0]?.seq
/** The seq of the last, and so newest, message in the window, which may end before the history; undefined if empty. */
export const endSeq = (window: MessageWindow): number | undefined => window.at(-1)?.seq

/**
 * The message with this seq; undefined if it is not in the window. Its index follows from the seq, because a window has
 * no gaps.
 */
export function messageAt(window: MessageWindow, seq: number): Message | undefined {
  const first = firstSeq(window)
  return first === undefined ? undefined : window[seq - first]
}

/** The ids of those of these messages that were deleted, in their order. */
export const deletedIds = (messages: readonly Message[]): string[] =>
  messages.flatMap(({ id, deletedAt }) => (deletedAt === null ? [] : id))

/**
 * Returns a copy of the window in which newer states of its messages (with a greater rev) replace the old ones; the
 * same array if no row is newer. Skips rows outside of the window, and rows whose seq belongs to a message with another
 * id. `rows` must contain each message once.
 */
export function replaceHeld(window: Message[], rows: readonly Message[]): Message[] {
  let next = window
  for (const row of rows) {
    const held = messageAt(window, row.seq)
    if (!held || held.id !== row.id || newerMessage(held, row) === held) continue
    if (next === window) next = [...window]
    next[row.seq - (window[0]?.seq ?? row.seq)] = row
  }
  return next
}

/**
 * Returns the window with the rows that continue its end without a gap; the same array if none does. Skips all other
 * rows. `rows` must be ascending by seq. `end` is the last seq of the window; give it for an empty window, to which
 * nothing is added otherwise.
 */
export function appendNext(window: Message[], rows: readonly Message[], end = endSeq(window)): Message[] {
  if (end === undefined) return window
  const added: Message[] = []
  for (const row of rows) if (row.seq === end + added.length + 1) added.push(row)
  return added.length > 0 ? [...window, ...added] : window
}

/** The rows after the end of the window (0 if it is empty), up to `last`; undefined if none, or more than 5,000. */
export function rowsAfter(window: MessageWindow, rows: readonly Message[], last: number): Message[] | undefined {
  const end = endSeq(window) ?? 0
  const after = rows.filter((row) => row.seq > end && row.seq <= last)
  return after.length > 0 && after.length <= mostHeld ? after : undefined
}

/** The most loaded messages of a conversation. Beyond it those at one end are dropped; they can be loaded again. */
export const mostHeld = 5_000
/** So many stay when messages are dropped, so that this rarely happens. */
const kept = 4_000

/**
 * Shortens a window of more than 5,000 messages to its newest 4,000 (`isNewest`) or its oldest 4,000; returns one of at
 * most 5,000 as the same array.
 */
export const boundedWindow = (window: Message[], isNewest: boolean): Message[] =>
  window.length > mostHeld ? window.slice(...(isNewest ? [-kept] : [0, kept])) : window

/**
 * Joins these groups into a new array, ascending by seq. Of several rows with one seq it contains the newest (with the
 * greatest rev), and of equally new ones the first. The result may have gaps.
 */
export function mergedRows(...groups: (readonly Message[])[]): Message[] {
  const bySeq = new Map<number, Message>()
  for (const row of groups.flat()) {
    const held = bySeq.get(row.seq)
    bySeq.set(row.seq, held ? newerMessage(held, row) : row)
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}

/**
 * Returns the row with the seq `anchor` and those around it, up to the first gap on each side; an empty array if no row
 * has this seq. `rows` must be ascending by seq, each seq once.
 */
export function runAround(rows: readonly Message[], anchor: number): Message[] {
  let from = rows.findIndex((row) => row.seq === anchor)
  if (from < 0) return []
  let to = from
  while (rows[from - 1]?.seq === (rows[from]?.seq ?? 0) - 1) from--
  while (rows[to + 1]?.seq === (rows[to]?.seq ?? 0) + 1) to++
  return rows.slice(from, to + 1)
}

/** Do two windows overlap, or does one follow on the other without a gap? False if one of them is empty. */
export function isJoined(a: MessageWindow, b: MessageWindow): boolean {
  const [firstA, endA, firstB, endB] = [firstSeq(a), endSeq(a), firstSeq(b), endSeq(b)]
  if (firstA === undefined || endA === undefined || firstB === undefined || endB === undefined) return false
  return firstB <= endA + 1 && endB >= firstA - 1
}
