import type { MissedMessages, ReadMissed } from '../../core/foreign-position.ts'
import { sliceRows } from '../../core/limits/answer-budget.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import type { Store } from '../../storage/store.ts'
import { directUserIds } from '../conversations/head-store.ts'
import { toMessage } from '../messages/message-store.ts'
import type { BehindRow } from './missed-store.ts'

/**
 * So many messages are brought to somebody who comes; older ones are in the history. They are looked for in so many
 * conversations, and among so many places of each, of which their own messages are some.
 */
const most = { messages: 1_000, conversations: 1_000, places: 4_000 }

export const createReadMissed = (store: Store): ReadMissed =>
  async function* (userId) {
    let left = most.messages
    for (const row of await store.missed.behind(userId, most.conversations)) {
      if (left <= 0) return
      await sliceOrder.next()
      const after = Math.max(row.had_seq, row.last_seq - most.places)
      const stretch = { conversationId: row.id, userId, after, upTo: row.last_seq, limit: left }
      const { first, count } = await store.missed.latestOfOthers(stretch)
      // Of their own alone nothing is brought, and nothing is said to have been.
      if (first === null) continue
      left -= count
      yield* slicesFrom(store, row, first, userId)
    }
  }

async function* slicesFrom(
  store: Store,
  row: BehindRow,
  first: number,
  userId: string,
): AsyncGenerator<MissedMessages> {
  const { id: conversationId, rev, last_seq, kind } = row
  const about = { kind, directUserIds: directUserIds(row), isLater: row.direct_later > 0 }
  for (let place = first - 1; place < last_seq; ) {
    await sliceOrder.next()
    const read = await store.messageHistory.after(conversationId, place, sliceRows)
    place = read.at(-1)?.seq ?? last_seq
    const messages = read
      .filter((message) => message.seq <= last_seq && message.deleted_at === null && message.sender_id !== userId)
      .map(toMessage)
    if (messages.length === 0) continue
    const sideOf = await store.rows.sideLoad([{ messages }], userId)
    const change = { conversationId, rev, messages, ...sideOf({ messages }) }
    yield { change, about, upTo: Math.min(place, last_seq) }
  }
}
