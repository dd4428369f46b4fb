import { whyPresencesAreHidden } from '../../core/audience/hidden-presence.ts'
import type { Delivery } from '../../core/delivery.ts'
import type { Kernel } from '../../core/kernel.ts'
import type { Lease } from '../../core/leases.ts'
import { statusOf, toPresence } from './presence-registry.ts'

/** The most viewers of one user each that are remembered; beyond that, all of them are forgotten. */
const most = 10_000

/** Events with which a user may answer another. */
const answering = ['message.created', 'account.updated'] as const
type Answering = (typeof answering)[number]

/**
 * Makes the function `(viewerId, userIds)`, which remembers, in the memory of this node, that the viewer watches users
 * who have not answered them yet. Once one of these writes to the viewer or becomes their contact, the viewer's sockets
 * get one event with the status of that user by `appearance`. There is none if that is `offline` or hidden for another
 * reason; errors are ignored. At 10,000 entries all are forgotten: such viewers get only later statuses.
 */
export function createAnswerListener(
  { deliver, store }: Pick<Kernel, 'deliver' | 'store'>,
  appearance: (userId: string) => Promise<Lease | undefined>,
) {
  const waiting = createViewers()
  let stopListening: (() => void) | undefined

  const show = async (userId: string, viewerId: string) => {
    if (!waiting.has(userId, viewerId)) return
    const [why] = await whyPresencesAreHidden(store, [{ one: userId, other: viewerId }])
    if (why || !waiting.remove(userId, viewerId)) return
    if (waiting.isEmpty()) {
      stopListening?.()
      stopListening = undefined
    }
    const status = statusOf(await appearance(userId))
    if (status === 'offline') return
    const audience = { channels: [{ kind: 'user' as const, id: viewerId }] }
    await deliver([{ name: 'presence.updated', payload: toPresence(userId, status, null), audience }])
  }

  const onAnswers = (deliveries: readonly Delivery<Answering>[]) => {
    for (const delivery of deliveries) {
      for (const [userId, viewerId] of pairsIn(delivery)) {
        // Best effort like presence itself: later statuses reach the viewer in any case.
        show(userId, viewerId).catch(() => {})
      }
    }
  }

  return (viewerId: string, userIds: readonly string[]): void => {
    for (const userId of userIds) waiting.add(userId, viewerId)
    // Listens only while a viewer is remembered, so that messages cost nothing at other times.
    if (!waiting.isEmpty()) stopListening ??= deliver.listen(onAnswers, answering)
  }
}

/** Who waits for the answer of which user. `remove` returns whether they did. */
function createViewers() {
  const viewersOf = new Map<string, Set<string>>()
  let count = 0
  return {
    isEmpty: () => count === 0,
    has: (userId: string, viewerId: string): boolean => viewersOf.get(userId)?.has(viewerId) ?? false,
    add: (userId: string, viewerId: string): void => {
      if (viewersOf.get(userId)?.has(viewerId)) return
      if (count >= most) {
        viewersOf.clear()
        count = 0
      }
      viewersOf.set(userId, (viewersOf.get(userId) ?? new Set<string>()).add(viewerId))
      count++
    },
    remove: (userId: string, viewerId: string): boolean => {
      const viewers = viewersOf.get(userId)
      if (!viewers?.delete(viewerId)) return false
      if (viewers.size === 0) viewersOf.delete(userId)
      count--
      return true
    },
  }
}

/** The users who have perhaps answered by this event, each with the one who sees them if so. */
function pairsIn({ name, payload, audience }: Delivery<Answering>): [userId: string, viewerId: string][] {
  if (name === 'message.created') {
    const people = 'about' in audience ? audience.about.directUserIds : []
    return (payload.messages ?? []).flatMap(({ senderId }) =>
      people.filter((id) => id !== senderId).map((id): [string, string] => [senderId, id]),
    )
  }
  const viewerId = audience.channels[0]?.id ?? ''
  return (payload.contacts ?? []).filter(({ state }) => state === 'accepted').map(({ userId }) => [userId, viewerId])
}
