import type { ConversationState, PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'
import { startOfDay } from '../../hooks/start-of-day.ts'
import type { RowSlice } from './row-window.ts'

/** What a row shows: a stored message, or one on its way. Both have the same final id. */
export type ShownMessage = Message | PendingMessage

export interface MessageRow {
  message: ShownMessage
  /** The first of its day: a heading stands above. */
  startsDay: boolean
  /** The first of several by one author in a row: name and picture stand with it. */
  startsGroup: boolean
  endsGroup: boolean
  /** The first that was unread when the conversation was opened. */
  startsUnread: boolean
}

/** Messages of one author that follow within this many milliseconds stand together. */
const groupGap = 5 * 60_000

export const isPending = (message: ShownMessage): message is PendingMessage => 'status' in message

/** All that can be shown, in order: the window, and what is being sent if the window reaches to the end. */
export function shownMessages({ messages, pending, hasAfter }: ConversationState): ShownMessage[] {
  return hasAfter ? messages : [...messages, ...pending]
}

const continuesGroup = (before: ShownMessage, message: ShownMessage, firstUnreadId: string | null): boolean =>
  before.senderId === message.senderId &&
  before.type !== 'system' &&
  message.type !== 'system' &&
  message.id !== firstUnreadId &&
  Math.abs(message.createdAt - before.createdAt) < groupGap &&
  isSameDay(before, message)

const isSameDay = (a: ShownMessage, b: ShownMessage): boolean => startOfDay(a.createdAt) === startOfDay(b.createdAt)

/** The rows of a slice; what stands just outside of it counts for how they are grouped. */
export function messageRows(
  messages: readonly ShownMessage[],
  { start, end }: RowSlice,
  firstUnreadId: string | null,
): MessageRow[] {
  const joins = (index: number): boolean => {
    const [before, message] = [messages[index - 1], messages[index]]
    return before !== undefined && message !== undefined && continuesGroup(before, message, firstUnreadId)
  }
  return messages.slice(start, end).map((message, offset) => {
    const index = start + offset
    const before = messages[index - 1]
    return {
      message,
      startsDay: !before || !isSameDay(before, message),
      startsGroup: !joins(index),
      endsGroup: !joins(index + 1),
      startsUnread: message.id === firstUnreadId,
    }
  })
}
