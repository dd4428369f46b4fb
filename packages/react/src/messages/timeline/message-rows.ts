import type { ConversationState, PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'
import { startOfDay } from '../../hooks/start-of-day.ts'
import type { RowSlice } from './row-window.ts'

/** The message of a row: one from the server, or one that is being sent. Its id does not change when it is sent. */
export type ShownMessage = Message | PendingMessage

export interface MessageRow {
  message: ShownMessage
  /** The first message of its day, with a heading above. */
  startsDay: boolean
  /** The first message of a group by one author, with their name and picture. */
  startsGroup: boolean
  endsGroup: boolean
  /** The first message that was unread when the conversation was opened. */
  startsUnread: boolean
}

/** Messages of one author form a group if each follows the last within this many milliseconds. */
const groupGap = 5 * 60_000

/** Is this a message of the own outbox (queued, being sent or failed), and not one from the server? */
export const isPending = (message: ShownMessage): message is PendingMessage => 'status' in message

/**
 * The loaded messages in order, followed by the pending ones, also failed ones, if the loaded window reaches the end of
 * the conversation. If it does not, the very array of loaded messages, which must not be changed.
 */
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

/**
 * The rows of a slice of the messages, computed at each call; each says whether it starts its day, starts or ends a
 * group, and has the unread divider above. Messages of one sender and one day form a group while each is less than five
 * minutes from the one before; a `system` message is alone. Messages outside of the slice count for the days and groups
 * at its edges. The message with `firstUnreadId` has the divider and begins a group; null for no divider.
 */
export function messageRows(
  messages: readonly ShownMessage[],
  { start, end }: RowSlice,
  firstUnreadId: string | null,
): MessageRow[] {
  const continuesAt = (index: number): boolean => {
    const [before, message] = [messages[index - 1], messages[index]]
    return before !== undefined && message !== undefined && continuesGroup(before, message, firstUnreadId)
  }
  return messages.slice(start, end).map((message, offset) => {
    const index = start + offset
    const before = messages[index - 1]
    return {
      message,
      startsDay: !before || !isSameDay(before, message),
      startsGroup: !continuesAt(index),
      endsGroup: !continuesAt(index + 1),
      startsUnread: message.id === firstUnreadId,
    }
  })
}
