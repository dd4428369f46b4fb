import type { Message } from '@parley/protocol'
import { hasParts } from '@parley/protocol/text-rules'
import { bytesOf, sliceRows } from '../../core/limits/answer-budget.ts'
import type { Position, RowEvent, RowKind } from '../../core/rows/row-kind.ts'
import { toMessage } from './message-store.ts'

/** The minimal bytes of a message in an answer, without its body. */
const messageBytes = 300

/** So few messages are read at once, without a query for their size. */
const few = 2 * sliceRows

/** How sync and other nodes read changed messages, and the live events that these become. Deleted ones are included. */
export const messageRows: RowKind<'messages'> = {
  field: 'messages',
  none: [],
  mayBeSole: true,

  changedSince: async (store, conversation, since, most) => {
    const revs = conversation.rev - since
    if (revs <= few) {
      const messages = await store.messageHistory.changedSince(conversation.id, since, conversation, most)
      messages.sort((a, b) => a.seq - b.seq)
      const isSole = new Set(messages.map(({ rev }) => rev)).size === revs && messages.every(isPlainText)
      return { rows: messages.length, bytes: 0, isSole, read: async () => messages }
    }
    const { rows, bytes } = await store.messageHistory.changedSize(conversation.id, since, conversation, most)
    return {
      rows,
      bytes: bytes + rows * messageBytes,
      read: async () => {
        const messages = await store.messageHistory.changedSince(conversation.id, since, conversation, most)
        return messages.sort((a, b) => a.seq - b.seq)
      },
    }
  },

  eventsOf: (messages, from) => {
    const unseen = unseenSince(from, messages)
    const inOrder = messages.toSorted((a, b) => a.rev - b.rev)
    return new Map(inOrder.map((message) => [message.rev, eventOf(message, unseen)]))
  },

  usersOf: (messages) => messages.map(({ senderId }) => senderId),

  newSince: async ({ store, conversationId, from, to, budget }) => {
    const events: RowEvent<'messages'>[] = []
    if (to.seq - from.seq > budget.rows) return undefined
    for (let { seq } = from; seq < to.seq; await budget.breathe()) {
      if (budget.isSpent) return undefined
      const read = await store.messageHistory.after(conversationId, seq, sliceRows)
      const rows = read.filter((row) => row.deleted_at === null).map(toMessage)
      budget.spend(rows.length, bytesOf(rows))
      events.push({ name: 'message.created', rows })
      seq = read.at(-1)?.seq ?? to.seq
    }
    return events
  },
}

/**
 * Its rev belongs to it alone: a send or an edit of a plain text changes no other row. With parts it may: a
 * counter-offer closes an offer.
 */
const isPlainText = ({ type, body }: Message) => type === 'text' && body !== null && !hasParts(body)

/**
 * The new messages in the order of their seqs. Clients that cannot sync must get them in it, even those that were
 * edited since.
 */
function unseenSince({ seq }: Position, messages: readonly Message[]) {
  const waiting = messages
    .filter((message) => message.seq > seq && message.deletedAt === null)
    .sort((one, other) => one.seq - other.seq)
  return {
    has: (message: Message) => waiting.includes(message),
    /** Removes and returns those up to this seq. A message may come earlier than by its rev, but never later. */
    upTo: (seq: number) => waiting.splice(0, waiting.filter((message) => message.seq <= seq).length),
  }
}

function eventOf(message: Message, unseen: ReturnType<typeof unseenSince>): RowEvent<'messages'> {
  if (unseen.has(message)) return { name: 'message.created', rows: unseen.upTo(message.seq) }
  return { name: message.deletedAt === null ? 'message.updated' : 'message.deleted', rows: [message] }
}
