import type { SharedPlaces } from '../core/foreign-position.ts'
import type { Anchor, Anchors } from '../dialects/dialect.ts'

const keptMs = 10 * 60_000

export interface KeptAnchors extends Anchors {
  keep(key: string, place: number): void
}

interface AnchorOptions {
  /** How many are kept, the latest. */
  most?: number
  now?: () => number
}

/**
 * Keeps anchors in memory: each for ten minutes after its last `keep`, and at most the latest `most`. `find` returns
 * undefined for all others, and does not prolong the time.
 */
export function createAnchors({ most = 10_000, now = Date.now }: AnchorOptions = {}): KeptAnchors {
  const anchors = new Map<string, { place: number; at: number }>()
  return {
    find: (key) => {
      const anchor = anchors.get(key)
      return anchor && now() - anchor.at < keptMs ? anchor.place : undefined
    },
    keep: (key, place) => {
      anchors.delete(key)
      anchors.set(key, { place, at: now() })
      const [oldest] = anchors.keys()
      if (anchors.size > most && oldest !== undefined) anchors.delete(oldest)
    },
  }
}

/** The anchors of requests, of which each may reach another node. */
interface RequestAnchors {
  find(key: string): Promise<number | undefined>
  /** Resolves when other nodes find it, or at once if they cannot be reached. */
  keep(anchor: Anchor): Promise<void>
}

/**
 * Keeps anchors for ten minutes, for all nodes (`places`) and in the memory of this one. `find` asks `places` first and
 * then the memory, for times in which the nodes cannot reach each other; it resolves with undefined if neither has one.
 */
export function createRequestAnchors(places: SharedPlaces): RequestAnchors {
  const here = createAnchors()
  return {
    // Another node may have kept a later one than this.
    find: async (key) => (await places.find(key)) ?? here.find(key),
    keep: ({ key, place }) => {
      here.keep(key, place)
      return places.keep(key, place, keptMs / 1_000)
    },
  }
}
