import { type ConversationSummary, limits } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import type { Context } from '../../core/context.ts'
import { type Handlers, live } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { AnswerBudget } from '../../core/limits/answer-budget.ts'
import { OperationError } from '../../core/operation-error.ts'
import { answerOf } from '../../core/rows/answer-json.ts'
import { readCursor, writeCursor } from '../../core/time-cursor.ts'
import { enter, entriesOf } from '../memberships/member-entries.ts'
import { changeMemberships, notifyInvited } from '../memberships/membership-changes.ts'
import type { conversationPolicy } from './conversation-policy.ts'
import { type ConversationRow, directKey, toConversation } from './conversation-store.ts'
import { discoverRooms } from './discovery.ts'
import { audienceOf } from './head-store.ts'
import { summariesFor, summariesWithin } from './summaries.ts'

/**
 * The operations on conversations beside those that create them; they answer with the caller's summaries. `list` has
 * the conversations and invitations, the latest active first; a page may have fewer than `limit`: `hasMore` tells
 * whether more follow. `findDirect` finds the one of this context, or with `earliest` the first one, and answers null
 * if there is none. `update` keeps the settings that are left out; it takes a rev and emits an event even if nothing
 * differs.
 */
export const conversationHandlers: Handlers<
  Exclude<keyof typeof conversationPolicy, 'conversation.ensure' | 'conversation.create' | 'conversation.openDirect'>
> = {
  'conversation.list': async ({ kind, after, limit }, { store, caller }) => {
    const wanted = { kind, after: after === undefined ? undefined : readCursor(after), limit: limit + 1 }
    const found = await store.conversations.listedIds(caller.user.id, wanted)
    const ids = found.slice(0, limit).map(({ id }) => id)
    const summaries = await summariesWithin(store, caller.user.id, ids, new AnswerBudget(limits.pageBytes))
    const last = found[summaries.length - 1]
    const hasMore = summaries.length < found.length
    return answerOf({ summaries }, { hasMore, ...(hasMore && last && { next: writeCursor(last) }) })
  },

  'conversation.discover': live('conversation.discover', discoverRooms),

  'conversation.findDirect': async ({ userId, context: about, earliest }, context) => {
    const { store, caller } = context
    const people = [caller.user.id, userId]
    const existing = await (earliest
      ? store.conversations.earliestDirect(people)
      : store.conversations.byDirectKey(directKey(people, about)))
    return { summary: existing ? await summaryOf(context, existing.id) : null }
  },

  'conversation.get': async ({ conversationId }, context) => ({ summary: await summaryOf(context, conversationId) }),

  'conversation.update': async ({ conversationId, name, topic, visibility }, context) => {
    const { store } = context
    const before = await existing(store, conversationId)
    const step = await store.heads.step(conversationId)
    const row: ConversationRow = {
      ...before,
      ...step,
      name: name ?? before.name,
      topic: topic === undefined ? before.topic : topic,
      visibility: visibility ?? before.visibility,
      settings_rev: step.rev,
    }
    await store.conversations.update(conversationId, {
      name: row.name,
      topic: row.topic,
      visibility: row.visibility,
      settings_rev: row.settings_rev,
    })
    const conversation = toConversation(row)
    context.emit({
      name: 'conversation.updated',
      payload: { conversationId, rev: step.rev, conversation },
      audience: audienceOf(row),
    })
    await notifyInvited(context, row)
    return { conversation }
  },
}

/**
 * Makes the handler that answers with the caller's summary of the direct conversation with a user and context. If there
 * is none, it creates one with both as members, or throws `not_found` for an unknown, deactivated or suspended user. On
 * a server that shows nothing to strangers before an answer, the new one awaits an answer of the other user. It does
 * not if the two are contacts, or if their earliest direct conversation does not await one.
 */
export const createDirectHandlers = ({ settings }: Pick<Kernel, 'settings'>): Handlers<'conversation.openDirect'> => ({
  'conversation.openDirect': async ({ userId, context: about }, context) => {
    const { store, caller } = context
    const people = [...new Set([caller.user.id, userId])]
    const key = directKey(people, about)
    // For two users the guard has locked the pair already; it makes simultaneous calls open one conversation.
    if (people.length === 1) await store.contacts.hold(caller.user.id, people)
    const existing = await store.conversations.byDirectKey(key)
    if (existing) {
      // The answer will be stored: with the lock it cannot contain a message that another node is deleting.
      if (caller.request) await store.heads.hold([{ conversationId: existing.id }])
      return { summary: await summaryOf(context, existing.id) }
    }
    if (!(await store.users.areReachable([userId]))) throw new OperationError('not_found')
    const areContacts =
      people.length === 1 || (await store.contacts.byPair(caller.user.id, userId))?.state === 'accepted'
    const earliest = await store.conversations.earliestDirect(people)
    const isStranger = !areContacts && (!earliest || earliest.direct_awaits === userId)
    const row = newConversation(context, {
      kind: 'direct',
      visibility: 'private',
      context: about,
      direct_key: key,
      direct_contacts: areContacts ? 1 : 0,
      direct_later: earliest ? 1 : 0,
      direct_awaits: settings.awaitsAnswers && isStranger ? userId : null,
    })
    await store.conversations.insert(row)
    await changeMemberships(
      context,
      row,
      people.map((user_id) => ({ user_id, role: 'member', state: 'active' })),
    )
    return { summary: await summaryOf(context, row.id) }
  },
})

/**
 * Makes the handler that creates a room with the caller as its owner, and answers with their summary of it. The other
 * named users become members at once; with `invitesStrangers`, those who are no contacts of the caller are only
 * invited. Repeated ids and that of the caller are ignored. Throws `not_found`, and creates nothing, if one of them
 * does not exist, or is deactivated or suspended; before that, the policy refuses users with a block between them and
 * the caller with `no_contact`.
 */
export const createRoomHandlers = ({ settings }: Pick<Kernel, 'settings'>): Handlers<'conversation.create'> => ({
  'conversation.create': async ({ name, topic, visibility, userIds }, context) => {
    const { store, caller } = context
    const others = [...new Set(userIds)].filter((id) => id !== caller.user.id)
    const rule = { before: new Map(), contactsOnly: settings.invitesStrangers }
    const { atOnce, invited } = await entriesOf(context, others, rule)
    const row = newConversation(context, { kind: 'room', visibility, name, topic })
    await store.conversations.insert(row)
    await changeMemberships(context, row, [
      { user_id: caller.user.id, role: 'owner', state: 'active' },
      ...atOnce.map((user_id) => ({ user_id, role: 'member' as const, state: 'active' as const })),
    ])
    await enter(context, row, invited, 'invited')
    return { summary: await summaryOf(context, row.id) }
  },
})

async function existing(store: Context['store'], conversationId: string): Promise<ConversationRow> {
  const row = await store.conversations.byId(conversationId)
  if (!row) throw new OperationError('not_found')
  return row
}

async function summaryOf({ store, caller }: Context, conversationId: string): Promise<ConversationSummary> {
  const [summary] = await summariesFor(store, caller.user.id, [conversationId])
  if (!summary) throw new OperationError('not_found')
  return summary
}

/**
 * Makes the row of a new conversation by the caller, with a new id, the given values, and 0 or null for all others.
 * Stores nothing.
 */
export function newConversation(
  { caller, now }: Pick<Context, 'caller' | 'now'>,
  given: Pick<ConversationRow, 'kind' | 'visibility'> & Partial<ConversationRow>,
): ConversationRow {
  return {
    id: uuidv7(),
    name: null,
    topic: null,
    context: null,
    direct_key: null,
    created_by: caller.user.id,
    created_at: now,
    last_seq: 0,
    rev: 0,
    membership_rev: 0,
    settings_rev: 0,
    direct_blocked: 0,
    direct_contacts: 0,
    direct_later: 0,
    direct_awaits: null,
    invited_told: null,
    removed_at: null,
    ...given,
  }
}
