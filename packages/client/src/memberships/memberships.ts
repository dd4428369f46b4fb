import type { Membership } from '@parley/protocol'
import { clientLimits } from '@parley/protocol/limits'
import { untilUnmoved } from '../cache/cache-signals.ts'
import { isIn, isMember } from '../cache/held-conversation.ts'
import { emptyRecord } from '../cache/records.ts'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, read, taking, update } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { getConversation } from '../conversations/conversations.ts'
import { applyUsers } from '../users/user-rows.ts'
import {
  advanceMemberships,
  applyMemberships,
  applyOwnMembership,
  completeMemberships,
  noteEnds,
  putMemberships,
} from './membership-rows.ts'

/**
 * The members of conversations, their roles and invitations. What an answer brings is in the state when its promise
 * resolves. Promises reject with a ChatError or an abort’s reason.
 */
export interface Memberships {
  /** Joins a public room or accepts an invitation; the conversation is in the state when this resolves. */
  join(conversationId: string, options?: CallOptions): Promise<Membership>
  /** Leaves a room or declines an invitation; the conversation is gone from the state when this resolves. */
  leave(conversationId: string, options?: CallOptions): Promise<Membership>
  /** Invites; each person must accept. Resolves with the memberships of these people. */
  invite(conversationId: string, userIds: string[], options?: CallOptions): Promise<Membership[]>
  /**
   * Adds without asking, and lifts bans. Those who left by themselves, and strangers on a server that limits direct
   * messages, are only invited. Resolves with the memberships of these people.
   */
  add(conversationId: string, userIds: string[], options?: CallOptions): Promise<Membership[]>
  /** Removes a member of a lower role; with `ban` they cannot join again by themselves. */
  remove(conversationId: string, userId: string, options?: CallOptions & { ban?: boolean }): Promise<Membership>
  /** Gives a member another role, at most that of this user. */
  setRole(conversationId: string, userId: string, role: Membership['role'], options?: CallOptions): Promise<Membership>
  /**
   * Loads the whole member list, and its people, into the state, where it is kept up to date. Does nothing if that was
   * done.
   */
  loadAll(conversationId: string, options?: CallOptions): Promise<void>
}

export interface MembershipsFields {
  /** By user id, with those who left; complete (and kept so) once `membershipsLoaded` is true. */
  memberships: Record<string, Membership>
  membershipsLoaded: boolean
}

export interface MembershipsState {
  /**
   * One's own memberships that ended since this client began, by conversation: whether one left, was removed or was
   * banned.
   */
  endedMemberships: Record<string, Membership>
}

export const memberships: ClientFeature<Memberships, MembershipsState, MembershipsFields> = {
  create: createMemberships,
  state: { initial: { endedMemberships: emptyRecord }, survivesReset: true },
  conversation: {
    begin: (summary) => ({ memberships: putMemberships({}, summary.memberships), membershipsLoaded: false }),
    // One's own position may be ahead of the summary: it was moved here and the server does not know yet.
    carryOver(fresh, before, me) {
      const mine = before.memberships[me]
      return mine ? advanceMemberships(fresh, [{ ...mine, rev: -1 }], me) : fresh
    },
    merge: (held, summary, me) => advanceMemberships(held, summary.memberships, me),
    isLoaded: (held) => held.membershipsLoaded,
  },
  conversationRows: {
    memberships: {
      apply: advanceMemberships,
      leftAt(rows, me) {
        const mine = rows.find((row) => row.userId === me)
        return mine && !isIn(mine) ? mine.rev : undefined
      },
    },
  },
  accountRows: {
    memberships: {
      apply: (state, rows, cache) =>
        rows.reduce((next, row) => applyOwnMembership(next, row, cache), noteEnds(state, rows)),
      onlyUpdates: true,
    },
  },
}

function createMemberships(context: ClientContext): Memberships {
  const { call, signals, logger, cache } = context
  const one = async (conversationId: string, answer: Promise<{ membership: Membership }>) => {
    const { membership } = await taking(context, answer, (state, { membership }) =>
      applyMemberships(state, conversationId, [membership], cache),
    )
    return membership
  }
  const several = async (conversationId: string, answer: Promise<{ memberships: Membership[] }>) => {
    const { memberships } = await taking(context, answer, (state, { memberships }) =>
      applyMemberships(state, conversationId, memberships, cache),
    )
    return memberships
  }
  signals.on('dropped', ({ conversationId, before }) => {
    if (!before.membershipsLoaded) return
    loadAll(context, conversationId).catch((error) => logger?.debug('members could not be loaded again', error))
  })
  return {
    async join(conversationId, options) {
      const membership = await one(conversationId, call('membership.join', { conversationId }, options))
      if (!isMember(context.store.getState(), conversationId)) await getConversation(context, conversationId, options)
      return membership
    },
    leave: (conversationId, options) => one(conversationId, call('membership.leave', { conversationId }, options)),
    invite: (conversationId, userIds, options) =>
      several(conversationId, call('membership.invite', { conversationId, userIds }, options)),
    add: (conversationId, userIds, options) =>
      several(conversationId, call('membership.add', { conversationId, userIds }, options)),
    remove: (conversationId, userId, { ban, signal } = {}) =>
      one(conversationId, call('membership.remove', { conversationId, userId, ban }, { signal })),
    setRole: (conversationId, userId, role, options) =>
      one(conversationId, call('membership.setRole', { conversationId, userId, role }, options)),
    loadAll: (conversationId, options) => loadAll(context, conversationId, options),
  }
}

/** Changes keep a loaded list true, so it is read once; again only if a jump passed changes by while it was read. */
async function loadAll(context: ClientContext, conversationId: string, options?: CallOptions): Promise<void> {
  const { store, signals } = context
  if (store.getState().conversations[conversationId]?.membershipsLoaded) return
  await untilUnmoved(signals, conversationId, (hasMoved) => readPages(context, conversationId, hasMoved, options))
  update(context, (state) => completeMemberships(state, conversationId))
}

async function readPages(
  context: ClientContext,
  conversationId: string,
  isVain: () => boolean,
  options?: CallOptions,
): Promise<void> {
  let after: string | undefined
  for (let hasMore = true; hasMore && !isVain(); ) {
    const input = { conversationId, limit: clientLimits.page, after }
    const page = await read(context, 'membership.list', input, options)
    update(context, (state) =>
      applyMemberships(applyUsers(state, page.users), conversationId, page.memberships, context.cache),
    )
    after = page.memberships.at(-1)?.userId
    hasMore = page.hasMore && after !== undefined
  }
}
