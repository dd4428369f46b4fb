import type { Logger } from 'pino'
import type { Cluster } from '../cluster.ts'
import type { Place } from './channel-progress.ts'
import type { Ahead, Held } from './position-store.ts'

interface Parts {
  cluster: Cluster
  ahead: (conversations: readonly Held[], users: readonly Held[]) => Promise<Ahead[]>
  timing: { retryMs: number }
  log: Logger
}

interface Hooks {
  isWanted(place: Place): boolean
  /** It is heard from now on; `ahead` is what the database holds beyond what is known of it. */
  opened(place: Place, ahead: Ahead | undefined): void
  work<T>(promise: Promise<T>): Promise<T>
}

export interface Openings {
  add(place: Place): void
  ready(): Promise<void>
}

/**
 * Begins to hear places: subscribes first, and reads where they are then, so that nothing falls between the two. What is
 * added while others are being opened is opened together after them.
 */
export function createOpenings({ cluster, ahead, timing, log }: Parts, { isWanted, opened, work }: Hooks): Openings {
  let collecting: Place[] = []
  let last: Promise<void> = Promise.resolve()

  const open = async (added: readonly Place[]) => {
    const places = added.filter(isWanted)
    if (places.length === 0) return
    await cluster.subscribe(places.map(({ channel }) => channel))
    const held = (kind: 'c:' | 'u:') =>
      places
        .filter(({ channel }) => channel.startsWith(kind))
        .map(({ channel, position }) => ({ id: channel.slice(2), rev: position?.rev ?? 0 }))
    const found = new Map((await ahead(held('c:'), held('u:'))).map((row) => [`${row.kind[0]}:${row.id}`, row]))
    for (const place of places) if (isWanted(place)) opened(place, found.get(place.channel))
  }

  const openCollected = async () => {
    const places = collecting
    collecting = []
    try {
      await open(places)
    } catch (error) {
      log.warn({ err: error }, 'conversations are not heard yet')
      setTimeout(() => places.filter(isWanted).forEach(add), timing.retryMs).unref()
      throw error
    }
  }

  const add = (place: Place) => {
    collecting.push(place)
    if (collecting.length > 1) return
    last = work(last.catch(() => {}).then(openCollected))
    last.catch(() => {})
  }

  return { add, ready: () => last }
}
