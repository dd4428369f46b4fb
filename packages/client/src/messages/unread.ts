import type { Message } from '@parley/protocol'
import { clientLimits } from '@parley/protocol/limits'
import { withFields } from '../cache/records.ts'
import type { ConversationState } from '../chat-state.ts'
import { endSeq, firstSeq } from './message-window.ts'

/** A change of the number of unread messages; `unsure` if only the server knows the result. */
export interface Tally {
  added: number
  removed: number
  unsure: boolean
}

/** The tally of a change that leaves the number as it is. */
export const noTally: Tally = { added: 0, removed: 0, unsure: false }

/**
 * The highest seq that counts as read for `me`: the greater of the read position and the last seq before joining. It is
 * 0 if the conversation has no membership of `me`.
 */
export function readUpTo(held: Pick<ConversationState, 'memberships'>, me: string): number {
  const mine = held.memberships[me]
  return mine ? Math.max(mine.readSeq, mine.joinedSeq) : 0
}

/** Does the message count as unread: after the read position, by another user, and not deleted? */
export const isUnread = (row: Message, readSeq: number, me: string): boolean =>
  row.seq > readSeq && row.senderId !== me && row.deletedAt === null

/** The number of unread messages in the window, up to the seq `upTo`. */
function countUnread({ messages }: ConversationState, me: string, readSeq: number, upTo = Infinity): number {
  let count = 0
  // From the end, so that it stops at the first read message.
  for (let i = messages.length - 1; i >= 0; i--) {
    const row = messages[i]
    if (!row || row.seq <= readSeq) break
    if (row.seq <= upTo && isUnread(row, readSeq, me)) count++
  }
  return count
}

/** Does the window contain everything after `readSeq`, so that it can be counted without the server? */
function isCovered({ messages, messagesLoaded, lastSeq }: ConversationState, readSeq: number): boolean {
  if (readSeq >= lastSeq) return true
  const [first, end] = [firstSeq(messages), endSeq(messages)]
  return messagesLoaded && first !== undefined && end !== undefined && first <= readSeq + 1 && end >= lastSeq
}

/**
 * Returns the conversation with its new `unread`; the same object if nothing changes. `held` must have the change that
 * `tally` describes already. If the window covers all unread messages, counts anew and ends `recount`. Otherwise it
 * applies the tally, and sets `recount` (the server must count) if the result may be wrong: the tally is `unsure`, or a
 * count of 100, which stands for "99+", would shrink; it stays 100. `unread` is never below 0 nor above 100.
 */
export function settleUnread(held: ConversationState, me: string, tally: Tally): ConversationState {
  const readSeq = readUpTo(held, me)
  if (isCovered(held, readSeq)) {
    return withCount(held, countUnread(held, me, readSeq), false)
  }
  const isMany = held.unread >= clientLimits.unread
  const recount = held.recount || tally.unsure || (isMany && tally.removed > 0)
  const count = isMany ? held.unread : held.unread + tally.added - tally.removed
  return withCount(held, Math.min(count, held.lastSeq - readSeq), recount)
}

function withCount(held: ConversationState, count: number, recount: boolean): ConversationState {
  const unread = Math.max(0, Math.min(clientLimits.unread, count))
  return withFields(held, { unread, recount })
}

/**
 * Returns how the number of unread messages changes when the own read position moves forward from `from` to `to`;
 * changes nothing itself. `removed` counts those in between; if the window lacks messages there, it is 0 and the tally
 * `unsure`, unless `to` is the end of the conversation.
 */
export function readTally(held: ConversationState, me: string, from: number, to: number): Tally {
  const [first, end] = [firstSeq(held.messages), endSeq(held.messages)]
  const isInside = first !== undefined && end !== undefined && first <= from + 1 && to <= end
  if (!isInside) return { ...noTally, unsure: to < held.lastSeq }
  return { ...noTally, removed: countUnread(held, me, from, to) }
}
