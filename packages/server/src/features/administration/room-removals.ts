import type { Body, Membership } from '@parley/protocol'
import { hasParts } from '@parley/protocol/text-rules'
import type { OpenTransaction } from '../../core/commit/open-transaction.ts'
import type { Kernel } from '../../core/kernel.ts'
import { type Slice, type SlicedWork, startSlicedWork } from '../../core/limits/sliced-work.ts'
import { audienceOf } from '../conversations/head-store.ts'
import { type MembershipRow, toMembership } from '../memberships/membership-store.ts'
import type { MessageRow } from '../messages/message-store.ts'

/** Rows in one slice. */
const most = { members: 200, messages: 100 }

/**
 * Starts the work that ends the memberships of removed rooms, then erases the bodies and files of their messages. It
 * runs in slices between other commits: at once, every minute, and after `resume`, which a transaction that begins a
 * removal calls. Each active or invited member gets an event to their account; the conversation gets one event, with
 * the last slice of them, or none if there were none. The messages get no events; their rows stay, as deleted.
 * Unfinished removals continue after a failure, which is logged, or a restart.
 */
export const startRoomRemovals = (kernel: Kernel): SlicedWork =>
  startSlicedWork(kernel, {
    name: 'removal of a room',
    idName: 'conversationId',
    pending: kernel.store.administration.pendingRemovals,
    work: (conversationId, slice) => removeRoom(kernel, slice, conversationId),
  })

async function removeRoom(kernel: Kernel, slice: Slice, conversationId: string): Promise<void> {
  for (let isLeft = true; isLeft; ) isLeft = await slice((transaction) => endMemberships(transaction, conversationId))
  await eraseMessages(kernel, slice, conversationId)
}

/** Ends one slice of memberships and sends each user the event; true if more may be left. */
async function endMemberships({ store, emit }: OpenTransaction, conversationId: string): Promise<boolean> {
  await store.heads.hold([{ conversationId }])
  const conversation = await store.conversations.byId(conversationId)
  const found = await store.administration.membersLeft(conversationId, most.members + 1)
  const rows = found.slice(0, most.members)
  if (!conversation || rows.length === 0) return false
  const { rev } = await store.heads.step(conversationId)
  await store.conversations.update(conversationId, { membership_rev: rev })
  const accountRevs = await store.users.nextRevs(rows.map((row) => row.user_id))
  const lost = rows.map(
    (row, index): MembershipRow => ({
      ...row,
      role: 'member',
      state: 'removed',
      rev,
      account_rev: accountRevs[index] as number,
    }),
  )
  await store.memberships.putAll(lost)
  for (const row of lost) emitToAccount(emit, row, toMembership(row))
  const isLeft = found.length > rows.length
  // Only the last slice is an event of the conversation, so that members do not get the departures of thousands of
  // others.
  if (!isLeft) {
    emit({
      name: 'membership.left',
      payload: { conversationId, rev, memberships: lost.map(toMembership), users: [] },
      audience: {
        ...audienceOf({ ...conversation, membership_rev: rev }),
        membershipRevBefore: conversation.membership_rev,
      },
    })
  }
  return isLeft
}

const emitToAccount = (emit: OpenTransaction['emit'], row: MembershipRow, membership: Membership): void =>
  emit({
    name: 'account.updated',
    payload: { rev: row.account_rev, memberships: [membership], summaries: [] },
    audience: { channels: [{ kind: 'user', id: row.user_id }] },
  })

async function eraseMessages(kernel: Kernel, slice: Slice, conversationId: string): Promise<void> {
  for (let from: number | undefined = 0; from !== undefined; ) {
    const after: number = from
    from = await slice((transaction) => eraseSome(kernel, transaction, conversationId, after))
  }
  await slice(({ store }) => store.administration.endRemoval(conversationId))
}

/**
 * Erases bodies and files of one slice of messages; resolves with the seq after which the next begins, undefined at the
 * end.
 */
async function eraseSome(
  kernel: Kernel,
  transaction: OpenTransaction,
  conversationId: string,
  from: number,
): Promise<number | undefined> {
  const { store, now } = transaction
  await store.heads.hold([{ conversationId }])
  const rows = await store.messageHistory.after(conversationId, from, most.messages)
  for (const row of rows) await dropParts(kernel, transaction, row)
  await store.messageHistory.eraseAll(rows.map((row) => ({ ...row, deleted_at: row.deleted_at ?? now })))
  await kernel.forget(
    store,
    rows.map(({ id }) => id),
  )
  return rows.length < most.messages ? undefined : rows.at(-1)?.seq
}

/** Deletes the parts of a body as if the sender had deleted the message. */
async function dropParts({ bodyParts }: Kernel, transaction: OpenTransaction, row: MessageRow): Promise<void> {
  const body = row.body === null ? undefined : (JSON.parse(row.body) as Body)
  if (!body || !hasParts(body)) return
  const reach = await transaction.store.reaches.one(row.conversation_id, row.sender_id)
  if (!reach) return
  const caller = { user: reach.user, sessionId: null, socket: null }
  await bodyParts.drop(body, { ...transaction, caller, reach, message: row })
}
