import { OperationError } from '../../core/operation-error.ts'
import { createFairQueue } from './fair-queue.ts'

/** How many newcomers a node lets in: `perSecond` at most, `atOnce` after a pause; so many wait, and no more. */
export interface AdmissionLimits {
  perSecond: number
  atOnce: number
  waiting: number
  /** Of those who wait. */
  ofOneAddress: number
}

const usual: AdmissionLimits = { perSecond: 500, atOnce: 100, waiting: 1_000, ofOneAddress: 100 }
const stepMs = 20
const longestRetryMs = 60_000

interface Newcomer {
  /** Where it comes from: addresses take turns. */
  address: string
  isHere(): boolean
  admit(): void
  /** Also for one that has gone, so that nothing is kept of it. */
  refuse(refusal: OperationError): void
}

export interface Admission {
  /** Calls back when it is somebody's turn, or at once with a refusal that says when to come back. */
  enter(newcomer: Newcomer): void
  /** From now on everybody is refused, also those who wait. */
  close(): void
}

/**
 * Lets newcomers in at an even rate, before anything is spent on them: a wave after a restart would else take the node
 * from those who talk. Newcomers wait in a short queue; one that finds it full is refused with the time of its turn, so that
 * the rest of a wave comes back spread out. A step that comes late gives no more than one in time: what a busy node
 * cannot carry, it does not let in.
 */
export function createAdmission(limits: Partial<AdmissionLimits> = {}): Admission {
  const { perSecond, atOnce, waiting: most, ofOneAddress } = { ...usual, ...limits }
  const share = (perSecond * stepMs) / 1_000
  const queue = createFairQueue<Newcomer>()
  let free = atOnce
  /** Those who were sent away and have not had the time to come back. */
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

/** The next newcomer whose connection is still there; those that have gone are let go of. */
function nextPresent(queue: { shift(): Newcomer | undefined }): Newcomer | undefined {
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (next.isHere()) return next
    next.refuse(goodbye())
  }
  return undefined
}

/** A client comes back after this and a random time, by when another node, or this one anew, is there. */
const goodbye = () => new OperationError('unavailable', 'The server is closing.', 1_000)
