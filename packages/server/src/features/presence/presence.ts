import type { Presence, PresenceStatus } from '@parley/protocol'
import { unansweredAmong, whyPresencesAreHidden } from '../../core/audience/hidden-presence.ts'
import type { Context } from '../../core/context.ts'
import type { Deliver } from '../../core/deliver.ts'
import { type Handlers, live } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { latestOf } from '../../core/leases.ts'
import { slicesOf } from '../../core/limits/answer-budget.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { createAnswerListener } from './answers.ts'
import type { presencePolicy } from './presence-policy.ts'
import { createPresenceRegistry, type PresenceRegistry, statusOf, toPresence } from './presence-registry.ts'

/** The most users in one delivery or transaction, when all users of a node leave at once. */
const mostAtOnce = 200

/** The statuses of users on this node and others, and their announcement. */
function createAppearances(kernel: Kernel) {
  const { leases, settings } = kernel
  const publish = createPublisher(kernel)
  const registry: PresenceRegistry = createPresenceRegistry(settings.presenceGraceMs, {
    arrived: async (userId, lease) => {
      const there = await leases.put(userId, lease)
      // The user is connected to another node already: the status chosen there applies here too.
      if (there) return adopt(userId)
      // The arrival of a user who appears offline is not announced.
      if (registry.leaseOf(userId) === lease && lease.status !== 'offline') publish([userId], lease.status)
    },
    left: async (userId, last) => {
      const there = await leases.drop(userId)
      // A user who appeared offline does not leave a second time.
      if (!there && !registry.leaseOf(userId) && last.status !== 'offline') publish([userId], 'offline')
    },
  })

  const appearance = async (userId: string) =>
    latestOf([registry.leaseOf(userId), (await leases.elsewhere([userId])).get(userId)])

  /** Takes over a status that was chosen later on another node. */
  const adopt = async (userId: string) => {
    const here = registry.leaseOf(userId)
    const latest = await appearance(userId)
    if (!here || !latest || registry.leaseOf(userId) !== here || latest === here) return
    registry.choose(userId, latest)
    await leases.put(userId, latest)
  }

  return { registry, publish, appearance, adopt }
}

type Appearances = ReturnType<typeof createAppearances>

/** Applies statuses from other nodes, and corrects wrong ones that they announce. */
function followOtherNodes(kernel: Kernel, { registry, publish, adopt }: Appearances): void {
  const { leases } = kernel

  /**
   * Handles a different status, from another node, of a user on this one. If it is wrongly `offline`, the right one is
   * announced.
   */
  const reconcile = async ({ userId, status }: Presence) => {
    await adopt(userId)
    const here = registry.leaseOf(userId)
    if (status === 'offline' && here && here.status !== 'offline') publish([userId], here.status)
  }

  leases.whenGone((userIds) => publish(userIds, 'offline'))
  leases.whenMissed(async (userIds) => {
    const there = await leases.elsewhere(userIds)
    const byStatus = Map.groupBy(userIds, (id) => statusOf(latestOf([registry.leaseOf(id), there.get(id)])))
    for (const [status, some] of byStatus) publish(some, status)
  })
  kernel.deliver.listen<'presence.updated'>(
    (deliveries) => {
      for (const { payload, audience } of deliveries) {
        // An event to a single user, because of a block, is not the user's status.
        if (audience.channels[0]?.kind !== 'watchers') continue
        leases.noteSent(payload.userId, payload.status, 'everybody')
        const here = registry.leaseOf(payload.userId)
        if (here && here.status !== payload.status) void reconcile(payload)
      }
    },
    ['presence.updated'],
  )
  leases.whenWrong((statuses) => {
    const byStatus = Map.groupBy(statuses.keys(), (id) => statuses.get(id) as PresenceStatus)
    // In this turn, before a newer hint can arrive. The last-seen time is left out: clients read it when they need it.
    for (const [status, some] of byStatus) deliverPresences(kernel.deliverHere, some, status, null)
  })
}

/** The number of users in one query: each may be in a thousand conversations. */
const usersAtOnce = 8

/** Those of these users who share a conversation with the caller, and the caller. Read in slices. */
async function acquaintancesAmong({ store, caller }: Context, userIds: readonly string[]): Promise<string[]> {
  const known: string[] = []
  for (const [at, some] of slicesOf(userIds, usersAtOnce).entries()) {
    if (at > 0) await sliceOrder.next()
    known.push(...(await store.memberships.acquaintances(caller.user.id, some)))
  }
  return known
}

/** Sorts these users by whether they show their presence to the viewer, and why not. */
async function sortForViewer(store: Context['store'], viewerId: string, userIds: readonly string[]) {
  const why = await whyPresencesAreHidden(
    store,
    userIds.map((one) => ({ one, other: viewerId })),
  )
  const those = (reason: (typeof why)[number]) => userIds.filter((_, at) => why[at] === reason)
  return { shown: those(undefined), blocked: those('block'), unanswered: those('answer') }
}

async function presencesOf(
  { leases }: Pick<Kernel, 'leases'>,
  { registry }: Appearances,
  { store }: Context,
  userIds: readonly string[],
): Promise<Presence[]> {
  const lastSeen = await store.users.lastSeen(userIds)
  const there = await leases.elsewhere(userIds)
  return userIds.map((id) => {
    const status = statusOf(latestOf([registry.leaseOf(id), there.get(id)]))
    return toPresence(id, status, lastSeen.get(id) ?? null)
  })
}

/**
 * Makes the handlers of presence. At once it begins to follow connections, blocks and other nodes and to announce
 * presences, so call it once for each server. `presence.set` answers with the caller's presence, and changes nothing if
 * the caller is not connected to this node. `presence.watch` replaces the list watched before, and answers with the
 * presences of these users: without those who share no conversation with the caller, and as offline for those who must
 * be hidden from the caller. On closing, it stores when its users were last seen, unless they appear offline.
 */
export function createPresenceHandlers(kernel: Kernel): Handlers<keyof typeof presencePolicy> {
  const { leases, connections } = kernel
  const appearances = createAppearances(kernel)
  const { registry, publish, appearance } = appearances
  const storeHiding = createHidingStorage(kernel)
  const showOnceAnswered = createAnswerListener(kernel, appearance)
  connections.listen({
    entered: (connection) => registry.connected(connection.caller.user.id, connection, connection.appearsOffline),
    left: (connection) => registry.disconnected(connection.caller.user.id, connection),
  })
  kernel.whenClosing(() => storeLastSeen(kernel, registry.clear().sort()))
  followOtherNodes(kernel, appearances)
  hideFromBlocked(kernel, appearances)

  return {
    'presence.set': live('presence.set', async ({ status, announce }, context) => {
      const { id } = context.caller.user
      const before = statusOf(await appearance(id))
      if (registry.leaseOf(id)) {
        const lease = { status, chosenAt: Date.now() }
        registry.choose(id, lease)
        await leases.put(id, lease)
        if (announce || before !== status) publish([id], status)
        await storeHiding(id, status === 'offline')
      }
      const [mine] = await presencesOf(kernel, appearances, context, [id])
      return { presence: mine as Presence }
    }),

    'presence.watch': live('presence.watch', async ({ userIds }, context) => {
      const { store, caller } = context
      const known = await acquaintancesAmong(context, [...new Set(userIds)])
      caller.socket?.watch(known)
      const { shown, blocked, unanswered } = await sortForViewer(store, caller.user.id, known)
      if (caller.socket) showOnceAnswered(caller.user.id, unanswered)
      const presences = await presencesOf(kernel, appearances, context, shown)
      for (const { userId, status } of presences) leases.noteSent(userId, status, 'somebody')
      const hidden = [...blocked, ...unanswered].map((userId) => toPresence(userId, 'offline', null))
      return { presences: [...presences, ...hidden] }
    }),
  }
}

/**
 * Stores whether a user appears offline, for future connections. Writes only a change, and after the previous choice of
 * the user is stored, which may be about to change it; a failure is logged.
 */
function createHidingStorage({ store, groupCommit, log }: Kernel) {
  const lastOf = new Map<string, Promise<void>>()
  const write = async (userId: string, appears_offline: 0 | 1) => {
    const row = await store.users.byId(userId)
    if (!row || row.erased_at !== null || row.appears_offline === appears_offline) return
    await groupCommit.run((transaction) => transaction.store.users.update(userId, { appears_offline }))
  }
  return (userId: string, isHidden: boolean): Promise<void> => {
    const stored = (lastOf.get(userId) ?? Promise.resolve())
      .then(() => write(userId, isHidden ? 1 : 0))
      // Best effort like presence itself: if it fails, the user appears online at the next connection.
      .catch((err: unknown) => log.warn({ err }, 'that a user appears offline could not be stored'))
      .finally(() => {
        if (lastOf.get(userId) === stored) lastOf.delete(userId)
      })
    lastOf.set(userId, stored)
    return stored
  }
}

/**
 * When a block begins, sends each of the two users that the other is offline, unless the other is so already, or has
 * not shown their presence before.
 */
function hideFromBlocked({ deliver, store }: Kernel, { appearance }: Appearances): void {
  const hide = async (userId: string, from: string) => {
    if (statusOf(await appearance(userId)) === 'offline') return
    if ((await unansweredAmong(store, [{ one: userId, other: from }])).size > 0) return
    const audience = { channels: [{ kind: 'user' as const, id: from }] }
    await deliver([{ name: 'presence.updated', payload: toPresence(userId, 'offline', null), audience }])
  }
  deliver.listen<'account.updated'>(
    (deliveries) => {
      for (const { payload, audience } of deliveries) {
        const me = audience.channels[0]?.id
        for (const { userId, removed } of payload.blocks ?? []) {
          if (removed || me === undefined) continue
          for (const [hidden, from] of [
            [me, userId],
            [userId, me],
          ] as const) {
            // Best effort like presence itself: later statuses are not sent between the two in any case.
            hide(hidden, from).catch(() => {})
          }
        }
      }
    },
    ['account.updated'],
  )
}

/** Stores that these users were last seen now. A failure is logged, so that it does not prevent closing. */
async function storeLastSeen({ groupCommit, log }: Kernel, userIds: readonly string[]): Promise<void> {
  const seen = groupCommit.run(async ({ store, now }) => {
    for (const id of userIds) await store.users.noteSeen(id, now)
  })
  await seen.catch((err) => log.warn({ err }, 'when users were last seen could not be stored'))
}

/**
 * Makes a function that delivers a new status of users to their watchers; for `offline` it also stores the last-seen
 * time.
 */
function createPublisher({ deliver, groupCommit }: Pick<Kernel, 'deliver' | 'groupCommit'>) {
  return (userIds: readonly string[], status: PresenceStatus): void => {
    const now = Date.now()
    deliverPresences(deliver, userIds, status, now)
    if (status !== 'offline') return
    for (const some of slices(userIds)) {
      // Best effort like presence itself: if it fails, an earlier last-seen time stays.
      groupCommit
        .run(async ({ store }) => {
          for (const userId of some) await store.users.noteSeen(userId, now)
        })
        .catch(() => {})
    }
  }
}

function deliverPresences(
  deliver: Deliver,
  userIds: readonly string[],
  status: PresenceStatus,
  lastSeenAt: number | null,
) {
  for (const some of slices(userIds)) {
    const presences = some.map((userId) => toPresence(userId, status, lastSeenAt))
    void deliver(
      presences.map((payload) => ({
        name: 'presence.updated',
        payload,
        audience: { channels: [{ kind: 'watchers', id: payload.userId }] },
      })),
    )
  }
}

const slices = (userIds: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(userIds.length / mostAtOnce) }, (_, at) =>
    userIds.slice(at * mostAtOnce, (at + 1) * mostAtOnce),
  )
