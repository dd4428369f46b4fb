import { limits, type Message } from '@parley/protocol'
import type { Handlers } from '../../core/feature.ts'
import { AnswerBudget, bytesOf, slicesOf } from '../../core/limits/answer-budget.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { Store } from '../../storage/store.ts'
import { ownReaches } from '../memberships/own-reaches.ts'
import { type MessageRow, toMessage } from './message-store.ts'

/** The most bytes of a row beside a message: a user with the longest names and picture. */
const sideRowBytes = 7_000

/** How many of the last messages are searched for one that is not deleted. */
const mostSearched = 1_000

/**
 * Handles the reading of one message, of pages, which have the earliest message first, and of the latest message of
 * each of several conversations; the latter alone leaves out deleted ones. `message.get` of an unknown id is refused
 * with `not_found`. Without a place, a page has the latest messages; `before` and `after` leave out the message at that
 * place, and give an empty page if there is none beyond it; `around` includes it. A page of very long messages is cut at
 * its end away from the place.
 */
export const messagePageHandlers: Handlers<'message.get' | 'message.page' | 'message.latest'> = {
  'message.get': async ({ messageId }, { store, caller }) => {
    const row = await store.messages.byId(messageId)
    if (!row) throw new OperationError('not_found')
    const message = toMessage(row)
    const { users, ...side } = await besideMessages(store, [message], caller.user.id)
    const [sender] = users
    if (!sender) throw new OperationError('not_found')
    return { message, sender, ...side }
  },

  'message.latest': async ({ conversationIds }, { store, caller }) => {
    const own = await ownReaches(store, caller.user.id, conversationIds)
    const places = own.map(({ conversation }) => ({
      conversation_id: conversation.id,
      after: conversation.last_seq - mostSearched,
    }))
    const budget = new AnswerBudget(limits.pageBytes)
    const messages: Message[] = []
    const rest: string[] = []
    for (const slice of slicesOf(places)) {
      if (budget.isSpent) {
        rest.push(...slice.map((place) => place.conversation_id))
        continue
      }
      const found = (await store.messageHistory.latestOf(slice)).map(toMessage)
      const sideOf = await store.rows.sideLoad([{ messages: found }], caller.user.id)
      for (const message of found) {
        if (budget.isSpent) rest.push(message.conversationId)
        else messages.push(message)
        budget.spend(1, bytesOf([message, sideOf({ messages: [message] })]))
      }
      await budget.breathe()
    }
    return { messages, ...(await besideMessages(store, messages, caller.user.id)), rest }
  },

  'message.page': async ({ conversationId, limit, before, after, around }, { store, reach, caller }) => {
    const last = reach.conversation.last_seq
    const older = async (seq: number, most: number) =>
      (await store.messageHistory.before(conversationId, seq, most)).reverse()
    const newer = (seq: number, most: number) => store.messageHistory.after(conversationId, seq, most)
    // The message with this seq is in the newer half; if one half is short, the other fills the page.
    const half = Math.ceil(limit / 2)
    const surrounding = async (seq: number) => {
      const rest = await newer(seq - 1, limit)
      const rows = await older(seq, limit - Math.min(rest.length, half))
      return [...rows, ...rest].slice(0, limit)
    }
    const rows =
      after !== undefined
        ? await newer(after, limit)
        : around !== undefined
          ? await surrounding(around)
          : await older(before ?? last + 1, limit)
    const place = after ?? around ?? before ?? last + 1
    const { messages, side } = await fitting(store, rows, place, caller.user.id)
    const [oldest, newest] = [messages[0]?.seq, messages.at(-1)?.seq]
    return {
      messages,
      ...side,
      hasBefore: oldest !== undefined ? oldest > 1 : after !== undefined && last > 0,
      hasAfter: newest !== undefined ? newest < last : before !== undefined && last > 0,
    }
  },
}

/**
 * The messages of these rows that fit into an answer, with what belongs beside them: from the nearest to a place on,
 * without a gap, and at least one. The rows must be in the order of their seqs, without a gap.
 */
async function fitting(store: Store, rows: readonly MessageRow[], place: number, viewerId: string) {
  const all = rows.map(toMessage)
  const sideOf = await store.rows.sideLoad([{ messages: all }], viewerId)
  const side = sideOf({ messages: all })
  // By their largest size: few pages must be written as JSON to be measured.
  const bodies = rows.reduce((sum, { body }) => sum + Buffer.byteLength(body ?? ''), 0)
  const besides = Object.values(side).reduce((sum, { length }) => sum + length, 0)
  if (bodies + (all.length + besides) * sideRowBytes <= limits.pageBytes) return { messages: all, side }

  let left: number = limits.pageBytes
  const isFull = (message: Message) => {
    left -= bytesOf([message, sideOf({ messages: [message] })])
    return left < 0
  }
  const nearest = all.toSorted((one, other) => Math.abs(one.seq - place) - Math.abs(other.seq - place))
  const most = nearest.findIndex(isFull)
  const messages = most < 0 ? all : nearest.slice(0, Math.max(most, 1)).sort((one, other) => one.seq - other.seq)
  return { messages, side: sideOf({ messages }) }
}

async function besideMessages(store: Store, messages: Message[], viewerId: string) {
  const rows = { messages }
  const sideOf = await store.rows.sideLoad([rows], viewerId)
  return sideOf(rows)
}
