import { createHash } from 'node:crypto'
import type { ConversationChange, Message, User } from '@parley/protocol'
import type { MemberContext } from '../../core/context.ts'
import type { Delivery } from '../../core/delivery.ts'
import { batched, type Handlers, type Request } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { audienceOf, type Numbers } from '../conversations/head-store.ts'
import { type MessageRow, toMessage, withBody } from './message-store.ts'

type Send = Request<'message.send'>

export const messageHandlers: Handlers<'message.send'> = {
  'message.send': batched('message.send', async (requests) => {
    const { store } = (requests[0] as Send).context
    const stored = await store.messages.byIds(requests.map(({ input }) => input))
    const rows = new Map<string, MessageRow>()
    /** What each request made, unless it is a resend of what is stored or stands before it here. */
    const made = requests.map((request, at) => {
      const { id } = request.input
      if (rows.has(id)) return undefined
      const row = stored[at] ?? newRow(request)
      rows.set(id, row)
      return stored[at] ? undefined : row
    })
    await store.heads.advanceAll(takeNumbers(requests, made))
    await store.messages.insertAll(made.filter((row) => row !== undefined))
    return requests.map((request, at) => {
      const { input, context } = request
      const row = made[at]
      if (!row) return firstResult(request, rows.get(input.id) as MessageRow)
      const message = withBody(row, input.body)
      // As just read: of a profile that changed in this very commit the caller's socket does not know yet.
      announce(context, 'message.created', message, context.reach.user)
      return { message }
    })
  }),
}

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

/** Each new message takes its place and its rev, in the order in which they came. */
function takeNumbers(requests: readonly Send[], made: readonly (MessageRow | undefined)[]): Numbers[] {
  const taken = new Map<string, Numbers>()
  for (let at = 0; at < requests.length; at++) {
    const row = made[at]
    if (!row) continue
    const { id, last_seq, rev } = taken.get(row.conversation_id) ?? (requests[at] as Send).context.reach.conversation
    const next = { id, last_seq: last_seq + 1, rev: rev + 1 }
    taken.set(id, next)
    row.seq = next.last_seq
    row.rev = next.rev
  }
  return [...taken.values()]
}

/** A resend with the same content gets what the first one got; anything else under that id is a conflict. */
function firstResult({ input, context }: Send, row: MessageRow) {
  const body = JSON.stringify(input.body)
  const same =
    row.conversation_id === input.conversationId &&
    row.sender_id === context.caller.user.id &&
    row.type === input.type &&
    (row.sent_hash === null ? row.body === body : row.sent_hash === bodyHash(body))
  return same ? { message: toMessage(row) } : new OperationError('message_id_conflict')
}

/** Kept in place of what was first sent, so that a resend of a message that was changed since is recognised. */
export const bodyHash = (body: string): string => createHash('sha256').update(body).digest('base64')

/** Tells the conversation of one message in its new state. */
export function announce(context: MemberContext, name: MessageEvent, message: Message, sender: User | undefined): void {
  const payload: ConversationChange = {
    conversationId: message.conversationId,
    rev: message.rev,
    messages: [message],
    users: sender ? [sender] : [],
  }
  context.emit({ name, payload, audience: audienceOf(context.reach.conversation) } as Delivery)
}

type MessageEvent = 'message.created' | 'message.updated' | 'message.deleted'
