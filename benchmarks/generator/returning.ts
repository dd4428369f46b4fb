import { setTimeout as wait } from 'node:timers/promises'
import { createSearchBackoff } from '../../packages/client/src/connection/backoff.ts'
import type { Job } from '../scenario.ts'
import { Caller } from './caller.ts'
import { RefusedError } from './refusal.ts'

/** The SDK waits this long for a connection or an answer. */
const patienceMs = 10_000

/** The positions that a device keeps. */
interface Positions {
  epoch: string
  rev: number
  positions: { conversationId: string; rev: number }[]
}

/** Failed attempts of all devices that return. */
export interface Waves {
  refusals: number
  /** Refusals that are the server's fault and have no time to wait. */
  faults: number
  /** Connections that were lost or not answered. */
  losses: number
}

/**
 * A device that was connected, lost its server, and reconnects as the SDK does: with full jitter, and after the time to
 * wait.
 */
export class Returning {
  private readonly member: number
  private held: Positions = { epoch: '', rev: 0, positions: [] }
  private caller: Caller | undefined

  constructor(member: number) {
    this.member = member
  }

  /** Connects for the first time, syncs, and stores its positions. */
  async arrive(job: Job): Promise<void> {
    this.caller = await Caller.enter(job, this.member)
    const { data } = await this.caller.ask('sync.run', {})
    const positions = data.account.summaries.map(({ conversation, rev }) => ({ conversationId: conversation.id, rev }))
    this.held = { epoch: data.epoch, rev: data.account.rev, positions }
  }

  /** Closes the connection, if there is one. */
  leave(): void {
    this.caller?.close()
  }

  /**
   * Connects and syncs from the stored positions, again and again until that succeeds, and counts failures in `waves`.
   * Resolves with the number of messages that it had missed; a sync that resets anything counts as a failure.
   */
  async comeBack(job: Job, waves: Waves): Promise<number> {
    const backoff = createSearchBackoff(Math.random)
    let retryAfterMs: number | undefined
    for (;;) {
      await wait(backoff.next(retryAfterMs))
      try {
        this.caller = await Caller.enter(job, this.member, patienceMs)
        const { data } = await this.caller.ask('sync.run', this.held, patienceMs)
        if (data.reset || data.resets.length > 0) throw new Error('A device had to begin anew.')
        return data.changes.reduce((sum, { messages = [] }) => sum + messages.length, 0)
      } catch (error) {
        this.leave()
        retryAfterMs = error instanceof RefusedError ? error.refused.retryAfterMs : undefined
        count(waves, error)
      }
    }
  }
}

const count = (waves: Waves, error: unknown) => {
  if (!(error instanceof RefusedError)) waves.losses += 1
  else if (error.refused.isFault && error.refused.retryAfterMs === undefined) waves.faults += 1
  else waves.refusals += 1
}
