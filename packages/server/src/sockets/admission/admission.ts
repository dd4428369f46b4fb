import { OperationError } from '../../core/operation-error.ts'
import { createFairQueue } from './fair-queue.ts'

/** How many newcomers a node admits: `perSecond` at most, `atOnce` after a pause; and how many may wait. */
export interface AdmissionLimits {
  perSecond: number
  atOnce: number
  waiting: number
  /** How many of one address may wait. */
  ofOneAddress: number
}

const usual: AdmissionLimits = { perSecond: 500, atOnce: 100, waiting: 1_000, ofOneAddress: 100 }
const stepMs = 20
const longestRetryMs = 60_000

interface Newcomer {
  /** Addresses take turns. */
  address: string
  /** Is its connection still open? */
  isHere(): boolean
  admit(): void
  /** Also called for a newcomer that has gone, so that its socket is released. */
  refuse(refusal: OperationError): void
}

export interface Admission {
  /** Calls the newcomer's `admit` or `refuse`, once: at once, or at its turn. A refusal has the time to come back. */
  enter(newcomer: Newcomer): void
  /** Refuses every newcomer from now on, also those that wait. */
  close(): void
}

/**
 * Admits newcomers at an even rate, before anything is spent on them: otherwise a wave after a restart would slow down
 * the users who are connected. Some are admitted at once; others wait in a short queue. If it is full, the newest of
 * the address with the most is refused; so is one whose address has too many waiting. Each of these refusals has a
 * later time to come back, up to a minute, so that a wave is spread out. A late step admits no more than one in time,
 * so that a busy node admits fewer.
 */
export function createAdmission(limits: Partial<AdmissionLimits> = {}): Admission {
  const { perSecond, atOnce, waiting: most, ofOneAddress } = { ...usual, ...limits }
  const share = (perSecond * stepMs) / 1_000
  const queue = createFairQueue<Newcomer>()
  let free = atOnce
  /** How many were refused for a full queue and have not had the time to come back. */
  let away = 0
  let timer: NodeJS.Timeout | undefined
  let isOpen = true

  const step = () => {
    free = Math.min(atOnce, free + share)
    away = Math.max(0, away - share)
    while (free >= 1) {
      const next = nextPresent(queue)
      if (!next) break
      free--
      next.admit()
    }
    if (free < atOnce || away > 0 || queue.size() > 0) return
    clearInterval(timer)
    timer = undefined
  }

  const sendAway = (newcomer: Newcomer) => {
    away++
    const retryMs = Math.min(longestRetryMs, Math.ceil(((queue.size() + away) / perSecond) * 1_000))
    newcomer.refuse(new OperationError('unavailable', 'Too many connect at once.', retryMs))
  }

  const wait = (newcomer: Newcomer) => {
    const mine = queue.sizeOf(newcomer.address)
    if (mine >= ofOneAddress) return sendAway(newcomer)
    queue.push(newcomer)
    if (queue.size() <= most) return
    const last = queue.popLongest()
    if (last) sendAway(last)
  }

  return {
    enter: (newcomer) => {
      if (!isOpen) return newcomer.refuse(goodbye())
      timer ??= setInterval(step, stepMs).unref()
      if (free < 1 || queue.size() > 0) return wait(newcomer)
      free--
      newcomer.admit()
    },
    close: () => {
      isOpen = false
      clearInterval(timer)
      for (let next = queue.shift(); next; next = queue.shift()) next.refuse(goodbye())
    },
  }
}

/** The next newcomer whose connection is still open. Refuses those before it, which have gone. */
function nextPresent(queue: { shift(): Newcomer | undefined }): Newcomer | undefined {
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (next.isHere()) return next
    next.refuse(goodbye())
  }
  return undefined
}

/** The client comes back after a second and a random time, to another node or to this one after its restart. */
const goodbye = () => new OperationError('unavailable', 'The server is closing.', 1_000)
