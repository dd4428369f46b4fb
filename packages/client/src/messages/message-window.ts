import type { Message } from '@parley/protocol'

/** The newer of two states of one message. */
export const newerMessage = (held: Message, given: Message): Message => (given.rev > held.rev ? given : held)

/** The loaded messages of a conversation: ascending by seq, without gaps. */
export type MessageWindow = readonly Message[]

export const firstSeq = (window: MessageWindow): number | undefined => window[0]?.seq
export const endSeq = (window: MessageWindow): number | undefined => window.at(-1)?.seq

/** The message with this seq; its index follows from the seq, because a window has no gaps. */
export function messageAt(window: MessageWindow, seq: number): Message | undefined {
  const first = firstSeq(window)
  return first === undefined ? undefined : window[seq - first]
}

/** The ids of those that were deleted. */
export const deletedIds = (messages: readonly Message[]): string[] =>
  messages.flatMap(({ id, deletedAt }) => (deletedAt === null ? [] : id))

/** Newer states of held messages, in place; the same array if there are none. */
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
 * The window with the rows that continue its end; the same array if none does. `end`: the seq before an empty window.
 */
export function appendNext(window: Message[], rows: readonly Message[], end = endSeq(window)): Message[] {
  if (end === undefined) return window
  const added: Message[] = []
  for (const row of rows) if (row.seq === end + added.length + 1) added.push(row)
  return added.length > 0 ? [...window, ...added] : window
}

/**
 * The greatest number of loaded messages of a conversation. Beyond it those at one end are dropped; they can be loaded
 * again.
 */
export const mostHeld = 5_000
/** So many stay when messages are dropped, so that this rarely happens. */
const kept = 4_000

/** The newest rows (`isNewest`) or the oldest of a window that has grown too long; the same array for others. */
export const boundedWindow = (window: Message[], isNewest: boolean): Message[] =>
  window.length > mostHeld ? window.slice(...(isNewest ? [-kept] : [0, kept])) : window

/** The newest state of each message in these groups, ascending by seq. */
export function mergedRows(...groups: (readonly Message[])[]): Message[] {
  const bySeq = new Map<number, Message>()
  for (const row of groups.flat()) {
    const held = bySeq.get(row.seq)
    bySeq.set(row.seq, held ? newerMessage(held, row) : row)
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}

/** The rows around the seq `anchor`, up to the first gap on each side. */
export function runAround(rows: readonly Message[], anchor: number): Message[] {
  let from = rows.findIndex((row) => row.seq === anchor)
  if (from < 0) return []
  let to = from
  while (rows[from - 1]?.seq === (rows[from]?.seq ?? 0) - 1) from--
  while (rows[to + 1]?.seq === (rows[to]?.seq ?? 0) + 1) to++
  return rows.slice(from, to + 1)
}

/** Do two windows overlap, or does one follow on the other? */
export function isJoined(a: MessageWindow, b: MessageWindow): boolean {
  const [firstA, endA, firstB, endB] = [firstSeq(a), endSeq(a), firstSeq(b), endSeq(b)]
  if (firstA === undefined || endA === undefined || firstB === undefined || endB === undefined) return false
  return firstB <= endA + 1 && endB >= firstA - 1
}
