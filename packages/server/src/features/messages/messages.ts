import type { ConversationChange, Message, User } from '@parley/protocol'
import { hasParts } from '@parley/protocol/text-rules'
import type { Beside } from '../../core/body/body-part.ts'
import type { MemberContext } from '../../core/context.ts'
import type { Delivery } from '../../core/delivery.ts'
import { batched, type Handlers, type Request } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import { audienceOf, type Numbers } from '../conversations/head-store.ts'
import { type BindParts, bindParts } from './message-parts.ts'
import { resultOfResend } from './message-resends.ts'
import { type MessageRow, withBody } from './message-store.ts'

type Send = Request<'message.send'>

/** Makes the handler that stores and announces messages. A resend gets the stored one, or `message_id_conflict`. */
export const createMessageHandlers = ({ bodyParts }: Pick<Kernel, 'bodyParts'>): Handlers<'message.send'> => ({
  'message.send': batched('message.send', async (requests) => {
    const { store } = (requests[0] as Send).context
    const stored = await store.messages.byIds(requests.map(({ input }) => input))
    const rows = new Map<string, MessageRow>()
    /** The new row of each request; undefined for a resend of a stored message or of an earlier request. */
    const made = requests.map((request, at) => {
      const { id } = request.input
      if (rows.has(id)) return undefined
      const row = stored[at] ?? newRow(request)
      rows.set(id, row)
      return stored[at] ? undefined : row
    })
    /** For each message with parts: its side rows, or why it is refused. */
    const bound = new Map<string, Beside | OperationError>()
    const taken = await takeNumbers(requests, made, (request, row) => bindParts(bodyParts, request, row, bound))
    await store.heads.advanceAll(taken)
    const kept = made.flatMap((row) => (!row || bound.get(row.id) instanceof OperationError ? [] : row))
    await store.messages.insertAll(kept)
    const answered: string[] = []
    const results = requests.map((request, at) => {
      const { input, context } = request
      const beside = bound.get(input.id)
      if (beside instanceof OperationError) return beside
      const row = made[at]
      if (!row) return resultOfResend(request, rows.get(input.id) as MessageRow)
      const message = withBody(row, input.body)
      if (context.reach.conversation.direct_awaits === row.sender_id) answered.push(row.conversation_id)
      // The user as just read, because the profile may have changed in this commit.
      announce(context, 'message.created', message, context.reach.user, beside)
      return { message }
    })
    if (answered.length > 0) await store.conversations.updateAll(answered, { direct_awaits: null })
    return results
  }),
})

function newRow({ input, context }: Send): MessageRow {
  return {
    id: input.id,
    conversation_id: input.conversationId,
    seq: 0,
    rev: 0,
    sender_id: context.caller.user.id,
    type: input.type,
    body: JSON.stringify(input.body),
    sent_hash: null,
    created_at: context.now,
    edited_at: null,
    deleted_at: null,
  }
}

/** Gives each new message its seq and rev, in the order of the requests; refused ones take none. */
async function takeNumbers(requests: readonly Send[], made: readonly (MessageRow | undefined)[], bind: BindParts) {
  const taken = new Map<string, Numbers>()
  for (const [at, request] of requests.entries()) {
    const row = made[at]
    if (!row) continue
    const { id, last_seq, rev } = taken.get(row.conversation_id) ?? request.context.reach.conversation
    row.seq = last_seq + 1
    row.rev = rev + 1
    const isKept = !hasParts(request.input.body) || (await bind(request, row))
    if (isKept) taken.set(id, { id, last_seq: row.seq, rev: row.rev })
  }
  return [...taken.values()]
}

/** Emits, after the commit, the event for one message in its new state to its conversation. It stores nothing. */
export function announce(context: MemberContext, name: MessageEvent, message: Message, sender?: User, beside?: Beside) {
  const { conversationId, rev } = message
  const rows = { messages: [message], users: sender ? [sender] : [], ...beside }
  const payload: ConversationChange = { conversationId, rev, ...rows }
  context.emit({ name, payload, audience: audienceOf(context.reach.conversation) } as Delivery)
}

type MessageEvent = 'message.created' | 'message.updated' | 'message.deleted'
