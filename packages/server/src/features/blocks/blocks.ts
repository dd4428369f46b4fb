import { blockLimits } from '@parley/protocol/features/blocks'
import type { Context } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { type ContactPair, type ContactStep, changeContacts, holdPair } from '../contacts/contact-changes.ts'
import type { blockPolicy } from './block-policy.ts'
import { type BlockRow, toBlock } from './block-store.ts'

/**
 * The operations on the caller's own blocks. A block ends contacts and requests, which do not come back when it is
 * lifted; direct conversations open again then, unless the other user blocks the caller too or is erased. To block or
 * lift again changes nothing. Blocking throws `invalid_input` for oneself, `not_found` for an unknown or erased user,
 * and `limit_reached`; lifting a block that never was throws `not_found`.
 */
export const blockHandlers: Handlers<keyof typeof blockPolicy> = {
  'block.add': async ({ userId }, context) => {
    const { store, caller } = context
    const me = caller.user.id
    if (userId === me) throw new OperationError('invalid_input', 'userId: must be another person')
    const other = await store.users.byId(userId)
    if (!other || other.erased_at !== null) throw new OperationError('not_found')
    const pair = await holdPair(context, me, userId)
    const before = await store.blocks.byPair(me, userId)
    if (before?.removed === 0) return { block: toBlock(before) }
    if ((await store.blocks.count(me)) >= blockLimits.people) throw new OperationError('limit_reached')
    await store.conversations.updateAll(await holdConversations(context, userId), { direct_blocked: 1 })
    await store.blocks.keepPositions(me, userId)
    const steps = endingOf(pair, me, userId)
    if (steps.length > 0) await changeContacts(context, pair, steps)
    return { block: await putBlock(context, { userId: me, otherId: userId, removed: 0 }) }
  },

  'block.remove': async ({ userId }, context) => {
    const { store, caller } = context
    const me = caller.user.id
    await holdPair(context, me, userId)
    const before = await store.blocks.byPair(me, userId)
    if (!before) throw new OperationError('not_found')
    if (before.removed === 1) return { block: toBlock(before) }
    const { byOther } = await store.blocks.between(me, userId)
    if (!byOther) {
      await openConversations(context, userId)
      await store.blocks.dropPositions(me, userId)
    }
    return { block: await putBlock(context, { userId: me, otherId: userId, removed: 1 }) }
  },

  'block.list': async ({ after, limit }, { store, caller }) => {
    const rows = await store.blocks.page(caller.user.id, after ?? '', limit + 1)
    const page = rows.slice(0, limit)
    const users = await store.users.byIds(page.map((row) => row.other_id))
    return { blocks: page.map(toBlock), users, hasMore: rows.length > limit }
  },
}

/**
 * The changes of contacts by a block. The other user sees a removed contact or a withdrawn request. A request by the
 * other user stays `requested` for them, as after it was declined: ending it would reveal the block.
 */
function endingOf({ mine, theirs }: ContactPair, me: string, otherId: string): ContactStep[] {
  const ending: ContactStep[] = []
  if (mine === 'requested' || mine === 'received' || mine === 'accepted') {
    ending.push({ userId: me, otherId, state: 'ended' })
  }
  if (theirs === 'received' || theirs === 'accepted') ending.push({ userId: otherId, otherId: me, state: 'ended' })
  return ending
}

/**
 * Locks the direct conversations of the caller and this user until the commit, and returns their ids. That one blocks
 * the other is stored in their rows, so that a send needs no further lookup.
 */
async function holdConversations({ store, caller }: Context, otherId: string): Promise<string[]> {
  const ids = await store.conversations.directIdsBetween(caller.user.id, otherId)
  await store.heads.hold(ids.map((conversationId) => ({ conversationId })))
  return ids
}

/** Opens the direct conversations of the caller and this user again, unless one of the two is erased. */
async function openConversations(context: Context, otherId: string): Promise<void> {
  const { store, caller } = context
  const ids = await holdConversations(context, otherId)
  // Read behind the locks, which the erasure takes before it closes these conversations.
  const people = await store.users.rows([caller.user.id, otherId])
  if (people.every(({ erased_at }) => erased_at === null)) {
    await store.conversations.updateAll(ids, { direct_blocked: 0 })
  }
}

interface BlockState {
  userId: string
  otherId: string
  removed: 0 | 1
}

/**
 * Stores that `userId` blocks `otherId`, or with `removed: 1` that the block is lifted, with the next rev of the
 * account of `userId`; emits it to that user's devices, and resolves with the block in the form of the protocol. It
 * replaces an earlier row and changes nothing else: the caller locks the pair before (`holdPair`), and changes
 * contacts, conversations and positions.
 */
export async function putBlock({ store, now, emit }: Context, { userId, otherId, removed }: BlockState) {
  const account_rev = await store.users.nextRev(userId)
  const row: BlockRow = { user_id: userId, other_id: otherId, removed, since: now, account_rev }
  await store.blocks.put(row)
  const block = toBlock(row)
  emit({
    name: 'account.updated',
    payload: {
      rev: account_rev,
      memberships: [],
      summaries: [],
      blocks: [block],
      users: await store.users.byIds([otherId]),
    },
    audience: { channels: [{ kind: 'user', id: userId }] },
  })
  return block
}
