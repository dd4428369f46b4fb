import type { MissedMessages, ReadMissed } from '../../core/foreign-position.ts'
import { sliceRows } from '../../core/limits/answer-budget.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import type { Store } from '../../storage/store.ts'
import { directUserIds } from '../conversations/head-store.ts'
import { toMessage } from '../messages/message-store.ts'
import type { BehindRow } from './missed-store.ts'

/**
 * The most messages that a foreign client gets when it connects; it finds older ones in the history. `conversations`
 * and `places` (seqs of each conversation) limit the search, which looks at `atOnce` messages of a conversation in one
 * slice.
 */
const most = { messages: 1_000, conversations: 1_000, places: 4_000, atOnce: 100 }

/**
 * Makes a function that returns, for a user id, an async generator of the messages of others that no device of that
 * user has received. They are at most 1,000, the latest of all conversations together, without deleted ones, found
 * among the last 4,000 places of the 1,000 conversations that were active last. They come in pieces, conversation by
 * conversation, in the order of their seqs. A piece is read when the caller asks for it; nothing is marked as received.
 */
export const createReadMissed = (store: Store): ReadMissed =>
  async function* (userId) {
    const behind = await store.missed.behind(userId, most.conversations)
    for (const [row, first] of await latestOf(store, userId, behind)) yield* slicesFrom(store, row, first, userId)
  }

interface Missed {
  row: BehindRow
  seq: number
  at: number
}

/**
 * Chooses the latest messages of others in all these conversations, which come the latest active first. Returns the
 * first chosen seq of each conversation that has any.
 */
async function latestOf(store: Store, userId: string, behind: readonly BehindRow[]): Promise<Map<BehindRow, number>> {
  let latest: Missed[] = []
  for (const row of behind) {
    const oldest = latest[most.messages - 1]?.at ?? Number.NEGATIVE_INFINITY
    // This conversation and those after it have only older messages.
    if (row.active_at <= oldest) break
    latest.push(...(await newerThan(store, userId, row, oldest)))
    latest = latest.sort((one, other) => other.at - one.at).slice(0, most.messages)
  }
  // The newest come first, so the last entry of a conversation counts.
  return new Map(latest.map(({ row, seq }) => [row, seq]))
}

/** The messages of others in a conversation, newest first, down to one that is no newer than `oldest`. */
async function newerThan(store: Store, userId: string, row: BehindRow, oldest: number): Promise<Missed[]> {
  const found: Missed[] = []
  const after = Math.max(row.had_seq, row.last_seq - most.places)
  let [upTo, at] = [row.last_seq, Number.POSITIVE_INFINITY]
  while (at > oldest && found.length < most.messages) {
    await sliceOrder.next()
    const range = { conversationId: row.id, userId, after, upTo, limit: most.atOnce }
    const read = await store.missed.latestOfOthers(range)
    for (const { seq, created_at } of read) {
      // The clocks of nodes may differ; the order of the seqs counts.
      at = Math.min(at, created_at)
      found.push({ row, seq, at })
      upTo = seq - 1
    }
    if (read.length < most.atOnce) break
  }
  return found
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
    yield { change, about, after: first - 1, upTo: Math.min(place, last_seq) }
  }
}
