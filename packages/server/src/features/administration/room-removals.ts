import type { Body, Membership } from '@parley/protocol'
import { hasParts } from '@parley/protocol/text-rules'
import type { OpenTransaction } from '../../core/commit/open-transaction.ts'
import type { Kernel } from '../../core/kernel.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { OperationError } from '../../core/operation-error.ts'
import { audienceOf } from '../conversations/head-store.ts'
import { type MembershipRow, toMembership } from '../memberships/membership-store.ts'
import type { MessageRow } from '../messages/message-store.ts'

/** Rows in one slice. */
const most = { members: 200, messages: 100 }

/**
 * Every node looks for unfinished removals after this many milliseconds; that several nodes work on one does no harm.
 */
const searchMs = 60_000

interface RoomRemovals {
  /** Begins in the next transaction, in the background. Does nothing if the room is not marked as removed by then. */
  begin(conversationId: string): void
}

type Slice = <T>(work: (transaction: OpenTransaction) => Promise<T>) => Promise<T>

/**
 * Ends the memberships of removed rooms and deletes their messages, in slices between other commits. Unfinished
 * removals continue after a restart.
 */
export function startRoomRemovals(kernel: Kernel): RoomRemovals {
  const { store, log, groupCommit, whenClosing } = kernel
  const running = new Map<string, Promise<void>>()
  let isClosed = false
  const slice: Slice = async (work) => {
    await sliceOrder.next()
    if (isClosed)
      throw new OperationError('unavailable', 'The server is closing. The removal continues when it starts again.')
    return groupCommit.run(work)
  }
  const interrupted = (err: unknown) => {
    if (!isClosed) log.warn({ err }, 'the removal of a room was interrupted; it continues later')
  }
  const run = (conversationId: string): Promise<void> => {
    const begun = running.get(conversationId)
    if (begun) return begun
    const work = removeRoom(kernel, slice, conversationId)
      .catch(interrupted)
      .finally(() => running.delete(conversationId))
    running.set(conversationId, work)
    return work
  }
  const resume = async () => {
    for (const conversationId of await store.administration.pendingRemovals()) {
      if (!isClosed) await run(conversationId)
    }
  }
  const resumeLater = () => void resume().catch(interrupted)
  const timer = setInterval(resumeLater, searchMs).unref()
  resumeLater()
  whenClosing(async () => {
    isClosed = true
    clearInterval(timer)
    await Promise.allSettled(running.values())
  })
  return { begin: (conversationId) => void run(conversationId) }
}

async function removeRoom(kernel: Kernel, slice: Slice, conversationId: string): Promise<void> {
  const row = await slice(({ store }) => store.conversations.byId(conversationId))
  // The transaction that began it was not committed.
  if (!row || row.removed_at === null) return
  for (let isLeft = true; isLeft; ) isLeft = await slice((transaction) => endMemberships(transaction, conversationId))
  await eraseMessages(kernel, slice, conversationId)
}

/** Ends one slice of memberships and sends each user the event; true if more may be left. */
async function endMemberships({ store, emit }: OpenTransaction, conversationId: string): Promise<boolean> {
  await store.heads.hold([{ conversationId }])
  const conversation = await store.conversations.byId(conversationId)
  const rows = await store.administration.membersLeft(conversationId, most.members)
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
  const isLeft = rows.length === most.members
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
