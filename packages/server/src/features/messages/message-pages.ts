import type { Message } from '@parley/protocol'
import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { Store } from '../../storage/store.ts'
import { ownReaches } from '../memberships/own-reaches.ts'
import { toMessage } from './message-store.ts'

/** How many of the last messages are searched for one that is not deleted. */
const mostSearched = 1_000

/**
 * Handles the reading of one message, of pages, which have the earliest message first, and of the latest message of
 * each of several conversations, in any order; the latter alone leaves out deleted ones. `message.get` of an unknown id
 * is refused with `not_found`. Without a place, a page has the latest messages; `before` and `after` leave out the
 * message at that place, and give an empty page if there is none beyond it; `around` includes it.
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
    const messages = (await store.messageHistory.latestOf(places)).map(toMessage)
    return { messages, ...(await besideMessages(store, messages, caller.user.id)) }
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
    const [oldest, newest] = [rows[0]?.seq, rows.at(-1)?.seq]
    const messages = rows.map(toMessage)
    return {
      messages,
      ...(await besideMessages(store, messages, caller.user.id)),
      hasBefore: oldest !== undefined ? oldest > 1 : after !== undefined && last > 0,
      hasAfter: newest !== undefined ? newest < last : before !== undefined && last > 0,
    }
  },
}

async function besideMessages(store: Store, messages: Message[], viewerId: string) {
  const rows = { messages }
  const sideOf = await store.rows.sideLoad([rows], viewerId)
  return sideOf(rows)
}
