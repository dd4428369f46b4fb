import type { Presence, PresenceStatus } from '@parley/protocol'
import type { Context } from '../../core/context.ts'
import type { Deliver } from '../../core/deliver.ts'
import { type Handlers, live } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { latestOf } from '../../core/leases.ts'
import { slicesOf } from '../../core/limits/answer-budget.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import type { presencePolicy } from './presence-policy.ts'
import { createPresenceRegistry, type PresenceRegistry, statusOf, toPresence } from './presence-registry.ts'

/** So many are told of at once when a whole node goes. */
const mostAtOnce = 200

/** Who is here, by what this node and the others know, and how it becomes known. */
function createAppearances(kernel: Kernel) {
  const { leases, settings } = kernel
  const tell = createTelling(kernel)
  const registry: PresenceRegistry = createPresenceRegistry(settings.presenceGraceMs, {
    arrived: async (userId, lease) => {
      const there = await leases.put(userId, lease)
      // On another node they are here already, and appear as they do there.
      if (there) return adopt(userId)
      // Somebody who hides has not come in the eyes of others.
      if (registry.leaseOf(userId) === lease && lease.status !== 'offline') tell([userId], lease.status)
    },
    left: async (userId, last) => {
      const there = await leases.drop(userId)
      // Somebody who hides has left in the eyes of others, and does not leave a second time.
      if (!there && !registry.leaseOf(userId) && last.status !== 'offline') tell([userId], 'offline')
    },
  })

  const appearance = async (userId: string) =>
    latestOf([registry.leaseOf(userId), (await leases.elsewhere([userId])).get(userId)])

  /** Chosen on another node, it holds here too. */
  const adopt = async (userId: string) => {
    const here = registry.leaseOf(userId)
    const latest = await appearance(userId)
    if (!here || !latest || registry.leaseOf(userId) !== here || latest === here) return
    registry.choose(userId, latest)
    await leases.put(userId, latest)
  }

  return { registry, tell, appearance, adopt }
}

type Appearances = ReturnType<typeof createAppearances>

/** Follows what other nodes know, and puts right what they have wrong. */
function followOtherNodes(kernel: Kernel, { registry, tell, adopt }: Appearances): void {
  const { leases } = kernel

  /** What another node tells of somebody who is here. One that did not know so is put right. */
  const hear = async ({ userId, status }: Presence) => {
    await adopt(userId)
    const here = registry.leaseOf(userId)
    if (status === 'offline' && here && here.status !== 'offline') tell([userId], here.status)
  }

  leases.whenGone((userIds) => tell(userIds, 'offline'))
  leases.whenMissed(async (userIds) => {
    const there = await leases.elsewhere(userIds)
    const byStatus = Map.groupBy(userIds, (id) => statusOf(latestOf([registry.leaseOf(id), there.get(id)])))
    for (const [status, some] of byStatus) tell(some, status)
  })
  kernel.deliver.listen<'presence.updated'>(
    (deliveries) => {
      for (const { payload, audience } of deliveries) {
        // What one person alone is told is not how somebody appears.
        if (audience.channels[0]?.kind !== 'watchers') continue
        leases.noteSent(payload.userId, payload.status, 'everybody')
        const here = registry.leaseOf(payload.userId)
        if (here && here.status !== payload.status) void hear(payload)
      }
    },
    ['presence.updated'],
  )
  leases.whenWrong((statuses) => {
    const byStatus = Map.groupBy(statuses.keys(), (id) => statuses.get(id) as PresenceStatus)
    // At once, before a hint may come that knows better; when they were last seen is read when somebody asks.
    for (const [status, some] of byStatus) announce(kernel.deliverHere, some, status, null)
  })
}

/** So many people are looked for at once: each may be in a thousand conversations. */
const lookedFor = 8

/** Of these people, those with whom the caller shares a conversation, and the caller. Looked for in slices. */
async function acquaintancesAmong({ store, caller }: Context, userIds: readonly string[]): Promise<string[]> {
  const known: string[] = []
  for (const [at, some] of slicesOf(userIds, lookedFor).entries()) {
    if (at > 0) await sliceOrder.next()
    known.push(...(await store.memberships.acquaintances(caller.user.id, some)))
  }
  return known
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

export function createPresenceHandlers(kernel: Kernel): Handlers<keyof typeof presencePolicy> {
  const { leases, connections } = kernel
  const appearances = createAppearances(kernel)
  const { registry, tell, appearance } = appearances
  const keepHiding = createHidingKeeper(kernel)
  connections.listen({
    entered: (connection) => registry.connected(connection.caller.user.id, connection, connection.appearsOffline),
    left: (connection) => registry.disconnected(connection.caller.user.id, connection),
  })
  kernel.whenClosing(() => keepLastSeen(kernel, registry.clear().sort()))
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
        if (announce || before !== status) tell([id], status)
        await keepHiding(id, status === 'offline')
      }
      const [mine] = await presencesOf(kernel, appearances, context, [id])
      return { presence: mine as Presence }
    }),

    'presence.watch': live('presence.watch', async ({ userIds }, context) => {
      const { store, caller } = context
      const known = await acquaintancesAmong(context, [...new Set(userIds)])
      caller.socket?.watch(known)
      const blocked = await store.blocks.amongPairs(known.map((other) => ({ one: caller.user.id, other })))
      const seen = known.filter((_, index) => !blocked[index])
      const presences = await presencesOf(kernel, appearances, context, seen)
      for (const { userId, status } of presences) leases.noteSent(userId, status, 'somebody')
      const hidden = known.filter((_, index) => blocked[index])
      return { presences: [...presences, ...hidden.map((userId) => toPresence(userId, 'offline', null))] }
    }),
  }
}

/**
 * That somebody appears offline holds when they come again. It is written only where it changes, and a choice waits for the
 * one before it, which may be about to change it.
 */
function createHidingKeeper({ store, groupCommit, log }: Kernel) {
  const lastOf = new Map<string, Promise<void>>()
  const keep = async (userId: string, appears_offline: 0 | 1) => {
    const row = await store.users.byId(userId)
    if (!row || row.erased_at !== null || row.appears_offline === appears_offline) return
    await groupCommit.run((transaction) => transaction.store.users.update(userId, { appears_offline }))
  }
  return (userId: string, isHidden: boolean): Promise<void> => {
    const kept = (lastOf.get(userId) ?? Promise.resolve())
      .then(() => keep(userId, isHidden ? 1 : 0))
      // As best effort as presence itself: without it, somebody is seen again after they come back.
      .catch((err: unknown) => log.warn({ err }, 'that somebody appears offline could not be kept'))
      .finally(() => {
        if (lastOf.get(userId) === kept) lastOf.delete(userId)
      })
    lastOf.set(userId, kept)
    return kept
  }
}

/** When a block begins, each of the two leaves in the eyes of the other, as far as they were there. */
function hideFromBlocked({ deliver }: Kernel, { appearance }: Appearances): void {
  const hide = async (userId: string, from: string) => {
    if (statusOf(await appearance(userId)) === 'offline') return
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
            // Best effort like presence itself: from now on no status passes in any case.
            hide(hidden, from).catch(() => {})
          }
        }
      }
    },
    ['account.updated'],
  )
}

/** A database that is gone keeps nobody from closing. */
async function keepLastSeen({ groupCommit, log }: Kernel, userIds: readonly string[]): Promise<void> {
  const seen = groupCommit.run(async ({ store, now }) => {
    for (const id of userIds) await store.users.noteSeen(id, now)
  })
  await seen.catch((err) => log.warn({ err }, 'when people were last seen could not be kept'))
}

/** Tells those who watch these people how they appear from now on. */
function createTelling({ deliver, groupCommit }: Pick<Kernel, 'deliver' | 'groupCommit'>) {
  return (userIds: readonly string[], status: PresenceStatus): void => {
    const now = Date.now()
    announce(deliver, userIds, status, now)
    if (status !== 'offline') return
    for (const some of slices(userIds)) {
      // Best effort like presence itself: without it somebody was last seen a little earlier.
      groupCommit
        .run(async ({ store }) => {
          for (const userId of some) await store.users.noteSeen(userId, now)
        })
        .catch(() => {})
    }
  }
}

function announce(deliver: Deliver, userIds: readonly string[], status: PresenceStatus, lastSeenAt: number | null) {
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
