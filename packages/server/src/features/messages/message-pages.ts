import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { toMessage } from './message-store.ts'

/** How messages are read. */
export const messagePageHandlers: Handlers<'message.get' | 'message.page'> = {
  'message.get': async ({ messageId }, { store }) => {
    const row = await store.messages.byId(messageId)
    if (!row) throw new OperationError('not_found')
    const [sender] = await store.users.byIds([row.sender_id])
    if (!sender) throw new OperationError('not_found')
    return { message: toMessage(row), sender }
  },

  'message.page': async ({ conversationId, limit, before, after, around }, { store, reach }) => {
    const last = reach.conversation.last_seq
    const older = async (seq: number, most: number) =>
      (await store.messages.before(conversationId, seq, most)).reverse()
    const newer = (seq: number, most: number) => store.messages.after(conversationId, seq, most)
    // The place itself is in the newer half; where one half is short, the other fills the page.
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
    return {
      messages: rows.map(toMessage),
      users: await store.users.byIds(rows.map((row) => row.sender_id)),
      hasBefore: oldest !== undefined ? oldest > 1 : after !== undefined && last > 0,
      hasAfter: newest !== undefined ? newest < last : before !== undefined && last > 0,
    }
  },
}
