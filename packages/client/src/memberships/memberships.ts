import type { Membership } from '@parley/protocol'
import { limits } from '@parley/protocol/limits'
import { applyMemberships, applyUsers, completeMemberships, isMember } from '../cache/cache.ts'
import type { CallOptions, Memberships } from '../chat.ts'
import { type ClientContext, read, update } from '../client-context.ts'
import { getConversation } from '../conversations/conversations.ts'

export function createMemberships(context: ClientContext): Memberships {
  const { call, signals, logger } = context
  const taken = <T extends Membership | Membership[]>(conversationId: string, rows: T): T => {
    update(context, (state) => applyMemberships(state, conversationId, [rows].flat()))
    return rows
  }
  signals.on('dropped', ({ conversationId, before }) => {
    if (!before.membershipsLoaded) return
    loadAll(context, conversationId).catch((error) => logger?.debug('members could not be loaded again', error))
  })
  return {
    async join(conversationId, options) {
      const { membership } = await call('membership.join', { conversationId }, options)
      taken(conversationId, membership)
      if (!isMember(context.store.getState(), conversationId)) await getConversation(context, conversationId, options)
      return membership
    },
    leave: async (conversationId, options) =>
      taken(conversationId, (await call('membership.leave', { conversationId }, options)).membership),
    invite: async (conversationId, userIds, options) =>
      taken(conversationId, (await call('membership.invite', { conversationId, userIds }, options)).memberships),
    add: async (conversationId, userIds, options) =>
      taken(conversationId, (await call('membership.add', { conversationId, userIds }, options)).memberships),
    remove: async (conversationId, userId, { ban, signal } = {}) =>
      taken(conversationId, (await call('membership.remove', { conversationId, userId, ban }, { signal })).membership),
    setRole: async (conversationId, userId, role, options) =>
      taken(conversationId, (await call('membership.setRole', { conversationId, userId, role }, options)).membership),
    loadAll: (conversationId, options) => loadAll(context, conversationId, options),
  }
}

/** Changes keep a loaded list true, so it is read once; again only if a jump passed changes by while it was read. */
async function loadAll(context: ClientContext, conversationId: string, options?: CallOptions): Promise<void> {
  const { store, signals } = context
  if (store.getState().conversations[conversationId]?.membershipsLoaded) return
  let jumped = true
  const stop = signals.on('entered', (entered) => {
    jumped ||= entered.conversationId === conversationId
  })
  try {
    while (jumped) {
      jumped = false
      await readPages(context, conversationId, () => jumped, options)
    }
  } finally {
    stop()
  }
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
    const input = { conversationId, limit: limits.page, ...(after === undefined ? {} : { after }) }
    const page = await read(context, 'membership.list', input, options)
    update(context, (state) => applyMemberships(applyUsers(state, page.users), conversationId, page.memberships))
    after = page.memberships.at(-1)?.userId
    hasMore = page.hasMore && after !== undefined
  }
}
