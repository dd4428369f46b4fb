import type { Message } from '@parley/protocol'
import { withConversation } from '../cache/held-conversation.ts'
import { withFields } from '../cache/records.ts'
import type { ChatState, ConversationState } from '../chat-state.ts'
import {
  appendNext,
  boundedWindow,
  endSeq,
  isJoined,
  mergedRows,
  messageAt,
  newerMessage,
  replaceHeld,
  rowsAfter,
  runAround,
} from './message-window.ts'
import { isUnread, noTally, readUpTo, settleUnread, type Tally } from './unread.ts'

/** A page of history, and the newer states of messages that arrived during its request. */
export interface Page {
  messages: readonly Message[]
  hasBefore: boolean
  meanwhile?: readonly Message[]
}

/**
 * Returns the conversation with these messages; the same object if nothing changes. A newer state replaces a loaded
 * one; messages that continue the window without a gap are added to it; others stay out of it. Also updates `lastSeq`,
 * `lastMessage`, the number of unread messages for `me`, and pending rows: one that is in the window now is removed,
 * another gets its seq. A window that is too long loses its oldest messages. `isWhole` is true for the rows of a
 * change: only deleted messages can be missing between them, so `lastSeq` may jump, and rows behind a gap wait in
 * `ahead`. It is false for an acknowledgement, before which other messages may still be missing.
 */
export function absorbMessages(
  held: ConversationState,
  rows: readonly Message[],
  me: string,
  isWhole: boolean,
): ConversationState {
  const sorted = rows.length > 1 ? mergedRows(rows) : rows
  const waiting = held.ahead ? mergedRows(held.ahead, sorted) : sorted
  let messages = replaceHeld(held.messages, sorted)
  if (followsEnd(held)) messages = appendNext(messages, waiting, endSeq(messages) ?? 0)
  const follows = (row: Message, last: number) => (isWhole ? row.seq > last : row.seq === last + 1)
  const lastSeq = sorted.reduce((last, row) => (follows(row, last) ? row.seq : last), held.lastSeq)
  const next = withFields(held, {
    messages,
    lastSeq,
    lastMessage: lastOf(held.lastMessage, sorted, lastSeq),
    hasAfter: held.messagesLoaded && (endSeq(messages) ?? 0) < lastSeq,
    ahead: followsEnd(held) ? rowsAfter(messages, waiting, lastSeq) : undefined,
  })
  const settled = withFields(next, { pending: stillPending(next, sorted) })
  // Counts before it drops messages, because dropped ones cannot be counted.
  return bounded(settleUnread(settled, me, rowsTally(held, sorted, lastSeq, me)), true)
}

/** Do new messages go on the window: is it loaded and at the end, but for rows that wait for a deleted one? */
const followsEnd = ({ messagesLoaded, hasAfter, ahead }: ConversationState): boolean =>
  messagesLoaded && (!hasAfter || ahead !== undefined)

/** Drops messages at one end of a window that has grown too long: the oldest if `isNewest`, otherwise the newest. */
function bounded(held: ConversationState, isNewest: boolean): ConversationState {
  const messages = boundedWindow(held.messages, isNewest)
  if (messages === held.messages) return held
  return isNewest ? { ...held, messages, hasBefore: true } : { ...held, messages, hasAfter: true, ahead: undefined }
}

function lastOf(held: Message | null, rows: readonly Message[], lastSeq: number): Message | null {
  let last = held
  for (const row of rows) {
    if (row.seq > lastSeq || (last && row.seq < last.seq)) continue
    last = last && last.seq === row.seq ? newerMessage(last, row) : row
  }
  return last
}

/** How rows change the number of unread messages. The deletion of a message that is not loaded makes it `unsure`. */
function rowsTally(held: ConversationState, rows: readonly Message[], lastSeq: number, me: string): Tally {
  const readSeq = readUpTo(held, me)
  const tally = { ...noTally }
  for (const row of rows) {
    if (row.seq <= readSeq || row.senderId === me || row.seq > lastSeq) continue
    const old = messageAt(held.messages, row.seq)
    if (row.seq > held.lastSeq) tally.added += isUnread(row, readSeq, me) ? 1 : 0
    else if (row.deletedAt === null) continue
    else if (!old) tally.unsure = true
    else if (old.deletedAt === null) tally.removed++
  }
  return tally
}

/** The pending messages that must still be shown after the window. */
function stillPending(next: ConversationState, rows: readonly Message[]) {
  const end = next.messagesLoaded ? (endSeq(next.messages) ?? 0) : 0
  const isAtEnd = followsEnd(next)
  let changed = false
  const pending = next.pending.flatMap((row) => {
    const seq = row.seq ?? rows.find(({ id }) => id === row.id)?.seq ?? null
    if (seq === null) return [row]
    if (seq <= end || !isAtEnd) {
      changed = true
      return []
    }
    if (seq === row.seq) return [row]
    changed = true
    return [{ ...row, seq }]
  })
  return changed ? pending : next.pending
}

/** Joins a page to the window, or replaces the window by it if the two do not touch. */
function takePage(held: ConversationState, page: Page, me: string): ConversationState {
  const given = mergedRows(page.messages, page.meanwhile ?? [])
  const anchor = page.messages.at(-1)?.seq ?? given.at(-1)?.seq
  const run = anchor === undefined ? [] : runAround(given, anchor)
  if (run.length === 0) return settleUnread(emptyPage(held, page), me, noTally)
  const joined = held.messagesLoaded && isJoined(held.messages, run)
  const messages = joined ? sameIfEqual(held.messages, mergedWindow(held, run)) : run
  const [first, last] = [messages[0]?.seq ?? 0, endSeq(messages) ?? 0]
  const keepsStart = joined && (run[0]?.seq ?? 0) > (held.messages[0]?.seq ?? 0)
  const lastSeq = Math.max(held.lastSeq, last)
  const next: ConversationState = {
    ...held,
    messages,
    messagesLoaded: true,
    hasBefore: first > 1 && (keepsStart ? held.hasBefore : page.hasBefore),
    hasAfter: last < lastSeq,
    ahead: joined && held.ahead ? rowsAfter(messages, held.ahead, lastSeq) : undefined,
    lastSeq,
    lastMessage: lastOf(held.lastMessage, run, lastSeq),
  }
  next.pending = stillPending(next, run)
  const isBefore = joined && first < (held.messages[0]?.seq ?? 0)
  // Keeps the end of the window that the person just loaded.
  return bounded(settleUnread(next, me, pageTally(held, run, lastSeq, me)), !isBefore)
}

/** Applies a page without rows, which means that there are no messages on that side. */
function emptyPage(held: ConversationState, page: Page): ConversationState {
  if (held.messagesLoaded) return { ...held, hasBefore: held.hasBefore && page.hasBefore }
  return { ...held, messagesLoaded: true, hasBefore: false, hasAfter: held.lastSeq > 0 }
}

/** The window with these rows, which touch it, and with what waited for them. */
const mergedWindow = ({ messages, ahead = [] }: ConversationState, run: readonly Message[]): Message[] =>
  appendNext(mergedRows(messages, run), ahead)

const sameIfEqual = (held: Message[], next: Message[]): Message[] =>
  held.length === next.length && held.every((row, index) => row === next[index]) ? held : next

/** Like `rowsTally`, for a page that may be newer than the position: new rows may be missing before it. */
function pageTally(held: ConversationState, run: readonly Message[], lastSeq: number, me: string): Tally {
  const old = run.filter((row) => row.rev <= held.rev && !messageAt(held.messages, row.seq))
  const tally = rowsTally(
    held,
    run.filter((row) => !old.includes(row)),
    lastSeq,
    me,
  )
  const isBroken = (run[0]?.seq ?? 0) > held.lastSeq + 1
  return { ...tally, unsure: tally.unsure || isBroken }
}

/**
 * Applies a message from the answer to an operation, before its change arrives. Its pending row ends, or gets the seq
 * while messages before it are missing. Neither the position (`rev`) of the conversation nor the outbox changes, so the
 * caller must settle the item in the outbox. The same state if the conversation is not held, or nothing of it is new.
 */
export const applyMessage = (state: ChatState, message: Message): ChatState =>
  withConversation(state, message.conversationId, (held, me) => absorbMessages(held, [message], me, false))

/**
 * Joins a page of history to the window of its conversation if they overlap or one follows on the other; otherwise the
 * page becomes the window. `meanwhile` has newer states that came during the request. Of a page with gaps it takes the
 * run that contains its last message. A page without rows says that there are none on its side. Counts what is unread,
 * and drops the far end of a window that is too long. The same state if the conversation is not held.
 */
export const applyPage = (state: ChatState, conversationId: string, page: Page): ChatState =>
  withConversation(state, conversationId, (held, me) => takePage(held, page, me))
