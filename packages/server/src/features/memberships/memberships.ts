import { limits, type Membership, type MembershipState, type Role, type User } from '@parley/protocol'
import type { Context, MemberContext } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { AnswerBudget, bytesOf, slicesOf } from '../../core/limits/answer-budget.ts'
import { OperationError } from '../../core/operation-error.ts'
import { mayGrant, outranks } from '../../core/policy.ts'
import type { Store } from '../../storage/store.ts'
import { seenBy } from '../blocks/hidden-positions.ts'
import { enter, entriesOf } from './member-entries.ts'
import { changeMemberships } from './membership-changes.ts'
import type { membershipPolicy } from './membership-policy.ts'
import { type MembershipRow, toMembership } from './membership-store.ts'
import { ownReaches } from './own-reaches.ts'

/**
 * The operations on memberships beside adding. Joining again, or the same role again, changes nothing; inviting skips
 * active, invited and banned users. `join` needs an invitation, or a public room without a ban, else throws
 * `not_found`; in a room without an owner the user becomes one. `remove` also ends an invitation. It and `setRole`
 * throw `forbidden` for another member of the same or a higher role, except between owners. The only owner cannot be
 * demoted, nor go while others are active (`last_owner`).
 */
export const membershipHandlers: Handlers<Exclude<keyof typeof membershipPolicy, 'membership.add'>> = {
  'membership.list': async ({ conversationId, after, limit }, { store, caller }) => {
    const rows = await store.memberships.page(conversationId, after ?? '', limit + 1)
    const page = rows.slice(0, limit)
    const memberships = page.map((row) => row.membership)
    return {
      memberships: await seenBy(store, caller.user.id, memberships),
      users: page.map((row) => row.user),
      hasMore: rows.length > limit,
    }
  },

  'membership.listMany': async ({ conversationIds }, { store, caller }) => {
    const own = (await ownReaches(store, caller.user.id, conversationIds)).map(({ conversation }) => conversation.id)
    const budget = new AnswerBudget(limits.pageBytes)
    const memberships: Membership[] = []
    const users = new Map<string, User>()
    const rest: string[] = []
    for (const ids of slicesOf(own)) {
      const found = budget.isSpent ? undefined : await membersOf(store, caller.user.id, ids)
      for (const id of ids) {
        if (!found || budget.isSpent) {
          rest.push(id)
          continue
        }
        const members = found.get(id) ?? []
        budget.spend(members.length, bytesOf(members))
        memberships.push(...members.map(({ membership }) => membership))
        for (const { user } of members) users.set(user.id, user)
      }
      await budget.breathe()
    }
    return { memberships, users: [...users.values()], rest }
  },

  'membership.join': async ({ conversationId }, context) => {
    const { store, caller } = context
    const conversation = await store.conversations.byId(conversationId)
    const mine = (await store.reaches.one(conversationId, caller.user.id))?.membership
    if (mine?.state === 'active') return { membership: toMembership(mine) }
    const invited = mine?.state === 'invited'
    const isOpen = conversation?.visibility === 'public' && mine?.state !== 'banned'
    if (!conversation || conversation.removed_at !== null || !(invited || isOpen)) throw new OperationError('not_found')
    const isOwned = await store.memberships.hasOtherActive(
      { conversation_id: conversationId, user_id: caller.user.id },
      'owner',
    )
    const role: Role = isOwned ? (invited ? mine.role : 'member') : 'owner'
    return one(await changeMemberships(context, conversation, [{ user_id: caller.user.id, role, state: 'active' }]))
  },

  'membership.leave': async (_, context) => {
    const { reach, caller } = context
    await assertNotLastOwner(context, reach.membership, 'leaves')
    const left = { user_id: caller.user.id, role: 'member', state: 'left' } as const
    return one(await changeMemberships(context, reach.conversation, [left]))
  },

  'membership.invite': async ({ userIds }, context) => {
    const { come, stayed } = await sortNamed(context, userIds, ['active', 'invited', 'banned'])
    if (!(await context.store.users.areReachable(come))) throw new OperationError('not_found')
    const changed = await enter(context, context.reach.conversation, come, 'invited')
    return { memberships: [...changed, ...stayed] }
  },

  'membership.remove': async ({ userId, ban }, context) => {
    const target = await targetOf(context, userId)
    if (!outranks(context.reach.membership.role, target.role)) throw new OperationError('forbidden')
    await assertNotLastOwner(context, target, 'leaves')
    const state = ban ? 'banned' : 'removed'
    return one(
      await changeMemberships(context, context.reach.conversation, [{ user_id: userId, role: 'member', state }]),
    )
  },

  'membership.setRole': async ({ userId, role }, context) => {
    const target = await targetOf(context, userId)
    const mine = context.reach.membership.role
    const isSelf = userId === context.caller.user.id
    if (target.state !== 'active') throw new OperationError('not_found')
    if (!mayGrant(mine, role) || !(isSelf || outranks(mine, target.role))) throw new OperationError('forbidden')
    if (target.role === role) return one(await seenBy(context.store, context.caller.user.id, [toMembership(target)]))
    if (role !== 'owner') await assertNotLastOwner(context, target, 'stays')
    return one(
      await changeMemberships(context, context.reach.conversation, [{ user_id: userId, role, state: 'active' }]),
    )
  },
}

/**
 * Makes the handler that adds users to a room. Active and invited members stay as they are; of the others, banned ones
 * too, `entriesOf` decides who becomes a member at once and who is only invited. Throws `not_found`, and changes
 * nothing, if one of those others does not exist, or is deactivated or suspended. The answer has the memberships of all
 * named users, each once and in another order.
 */
export const createAddingHandlers = ({ settings }: Pick<Kernel, 'settings'>): Handlers<'membership.add'> => ({
  'membership.add': async ({ userIds }, context) => {
    const { conversation } = context.reach
    const { come, before, stayed } = await sortNamed(context, userIds, ['active', 'invited'])
    const { atOnce, invited } = await entriesOf(context, come, { before, contactsOnly: settings.invitesStrangers })
    // Two changes, because an event says one thing about all users that it names.
    const entered = await enter(context, conversation, atOnce, 'active')
    return { memberships: [...entered, ...(await enter(context, conversation, invited, 'invited')), ...stayed] }
  },
})

const one = <T>([membership]: T[]): { membership: T } => {
  if (membership === undefined) throw new OperationError('not_found')
  return { membership }
}

async function targetOf({ store, reach }: MemberContext, userId: string): Promise<MembershipRow> {
  const [target] = await store.memberships.of(reach.conversation.id, [userId])
  if (target?.state !== 'active' && target?.state !== 'invited') throw new OperationError('not_found')
  return target
}

/**
 * Sorts users whom the caller names: those with a membership in one of the states `settled` keep it (`stayed`), others
 * are to be added or invited (`come`). `before` has all their present memberships.
 */
async function sortNamed(context: MemberContext, userIds: string[], settled: MembershipState[]) {
  const wanted = [...new Set(userIds)]
  const { store, reach } = context
  const before = new Map((await store.memberships.of(reach.conversation.id, wanted)).map((row) => [row.user_id, row]))
  const stay = wanted.flatMap((id) => before.get(id) ?? []).filter((row) => settled.includes(row.state))
  const come = wanted.filter((id) => !stay.some((row) => row.user_id === id))
  return { come, before, stayed: await seenBy(store, context.caller.user.id, stay.map(toMembership)) }
}

/**
 * Throws `last_owner` if the target is the only owner, because members of a room without an owner could never change
 * that. The last member may leave: the next user who joins becomes the owner.
 */
async function assertNotLastOwner({ store }: Context, target: MembershipRow, then: 'leaves' | 'stays'): Promise<void> {
  if (target.role !== 'owner' || target.state !== 'active') return
  if (await store.memberships.hasOtherActive(target, 'owner')) return
  if (then === 'stays' || (await store.memberships.hasOtherActive(target))) throw new OperationError('last_owner')
}

/** The first active members of each of these conversations, with the positions that a viewer sees. */
async function membersOf(store: Store, viewerId: string, conversationIds: readonly string[]) {
  const found = await store.memberships.firstOf(conversationIds)
  const rows = found.map(({ membership }) => membership)
  const shown = await seenBy(store, viewerId, rows)
  const members = found.map(({ user }, index) => ({ membership: shown[index] as Membership, user }))
  return Map.groupBy(members, ({ membership }) => membership.conversationId)
}
