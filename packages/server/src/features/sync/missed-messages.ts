import type { MissedMessages, ReadMissed } from '../../core/foreign-position.ts'
import { sliceRows } from '../../core/limits/answer-budget.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import type { Store } from '../../storage/store.ts'
import { directUserIds } from '../conversations/head-store.ts'
import { toMessage } from '../messages/message-store.ts'
import type { BehindRow } from './missed-store.ts'

/**
 * The most messages that a foreign client gets when it connects; it finds older ones in the history. `conversations`
 * and `places` (seqs of each conversation) limit the search.
 */
const most = { messages: 1_000, conversations: 1_000, places: 4_000 }

/**
 * Makes a generator of the messages of others that no device of the user has received, conversation by conversation, in
 * slices.
 */
export const createReadMissed = (store: Store): ReadMissed =>
  async function* (userId) {
    let left = most.messages
    for (const row of await store.missed.behind(userId, most.conversations)) {
      if (left <= 0) return
      await sliceOrder.next()
      const after = Math.max(row.had_seq, row.last_seq - most.places)
      const range = { conversationId: row.id, userId, after, upTo: row.last_seq, limit: left }
      const { first, count } = await store.missed.latestOfOthers(range)
      // Only own messages are new: they are neither sent nor marked as delivered.
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
