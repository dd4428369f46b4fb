import type { Logger } from 'pino'
import { type ChannelKind, channelName } from '../../core/channel.ts'
import type { Cluster } from '../cluster.ts'
import type { ChannelProgress } from './channel-progress.ts'
import type { Ahead, DeliveredRev } from './position-store.ts'

interface OpeningOptions {
  cluster: Cluster
  ahead: (conversations: readonly DeliveredRev[], users: readonly DeliveredRev[]) => Promise<Ahead[]>
  timing: { retryMs: number }
  log: Logger
}

interface Hooks {
  /** Does a socket still hear the channel? */
  isWanted(progress: ChannelProgress): boolean
  /**
   * Called when the channel is subscribed; `ahead` is its position in the database, if that is beyond the known one.
   */
  opened(progress: ChannelProgress, ahead: Ahead | undefined): void
  /** Registers work under way. */
  work<T>(promise: Promise<T>): Promise<T>
}

export interface Openings {
  /** Opens a channel in the background; after a failure it is tried again. */
  add(progress: ChannelProgress): void
  /** Resolves when all channels that were added are open; rejects if the last try failed. */
  ready(): Promise<void>
}

/**
 * Opens channels that are added: subscribes to them first and reads their positions then, so that no change falls
 * between the two, and calls `opened` for each that is still wanted. Channels that are added meanwhile are opened
 * together after them. After a failure, which is logged, `ready` rejects, and those still wanted are added again after
 * `retryMs`.
 */
export function createOpenings(
  { cluster, ahead, timing, log }: OpeningOptions,
  { isWanted, opened, work }: Hooks,
): Openings {
  let collecting: ChannelProgress[] = []
  let last: Promise<void> = Promise.resolve()

  const open = async (added: readonly ChannelProgress[]) => {
    const opening = added.filter(isWanted)
    if (opening.length === 0) return
    await cluster.subscribe(opening.map(({ channel }) => channel))
    const delivered = (kind: ChannelKind) =>
      opening
        .filter(({ channel }) => channel.kind === kind)
        .map(({ channel, position }) => ({ id: channel.id, rev: position?.rev ?? 0 }))
    const found = await ahead(delivered('conversation'), delivered('user'))
    const byTopic = new Map(found.map((row) => [channelName(row), row]))
    for (const progress of opening) {
      if (isWanted(progress)) opened(progress, byTopic.get(channelName(progress.channel)))
    }
  }

  const openCollected = async () => {
    const opening = collecting
    collecting = []
    try {
      await open(opening)
    } catch (error) {
      log.warn({ err: error }, 'conversations are not heard yet')
      setTimeout(() => opening.filter(isWanted).forEach(add), timing.retryMs).unref()
      throw error
    }
  }

  const add = (progress: ChannelProgress) => {
    collecting.push(progress)
    if (collecting.length > 1) return
    last = work(last.catch(() => {}).then(openCollected))
    last.catch(() => {})
  }

  return { add, ready: () => last }
}
