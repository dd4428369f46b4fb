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
  isWanted(progress: ChannelProgress): boolean
  /** It is heard from now on; `ahead` is what the database holds beyond what is known of it. */
  opened(progress: ChannelProgress, ahead: Ahead | undefined): void
  work<T>(promise: Promise<T>): Promise<T>
}

export interface Openings {
  add(progress: ChannelProgress): void
  ready(): Promise<void>
}

/**
 * Begins to hear channels: subscribes first, and reads how far they are then, so that nothing falls between the two. What is
 * added while others are being opened is opened together after them.
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
