import { OperationError } from '../core/operation-error.ts'

/** How many newcomers a node lets in: `perSecond` at most, `atOnce` after a pause; so many wait, and no more. */
interface AdmissionLimits {
  perSecond: number
  atOnce: number
  waiting: number
}

const usual: AdmissionLimits = { perSecond: 500, atOnce: 100, waiting: 1_000 }
const stepMs = 20

export interface Admission {
  /** Calls back when it is somebody's turn, or at once with a refusal that says when to come back. */
  enter(newcomer: Newcomer): void
  /** From now on everybody is refused, also those who wait. */
  close(): void
}

interface Newcomer {
  isHere(): boolean
  admit(): void
  refuse(refusal: OperationError): void
}

/**
 * Lets newcomers in at an even rate, before anything is spent on them: a wave after a restart would else take the node
 * from those who talk. A short queue is waited for; whoever finds it full is told when their turn would come, so that
 * the rest of a wave comes back spread out. A step that comes late gives no more than one in time: what a busy node
 * cannot carry, it does not let in.
 */
export function createAdmission({ perSecond, atOnce, waiting: most } = usual): Admission {
  const share = (perSecond * stepMs) / 1_000
  const queue: Newcomer[] = []
  let free = atOnce
  /** Those who were sent away and have not had the time to come back. */
  let away = 0
  let timer: NodeJS.Timeout | undefined
  let isOpen = true

  const step = () => {
    free = Math.min(atOnce, free + share)
    away = Math.max(0, away - share)
    while (free >= 1 && queue.length > 0) {
      const next = queue.shift()
      if (!next?.isHere()) continue
      free--
      next.admit()
    }
    if (free < atOnce || away > 0 || queue.length > 0) return
    clearInterval(timer)
    timer = undefined
  }

  const refusal = () => {
    away++
    return new OperationError(
      'unavailable',
      'Too many connect at once.',
      Math.ceil(((most + away) / perSecond) * 1_000),
    )
  }

  return {
    enter: (newcomer) => {
      if (!isOpen) return newcomer.refuse(goodbye())
      timer ??= setInterval(step, stepMs).unref()
      if (queue.length >= most) return newcomer.refuse(refusal())
      if (free < 1 || queue.length > 0) return void queue.push(newcomer)
      free--
      newcomer.admit()
    },
    close: () => {
      isOpen = false
      clearInterval(timer)
      for (const newcomer of queue.splice(0)) newcomer.refuse(goodbye())
    },
  }
}

/** A client comes back after this and a random time, by when another node, or this one anew, is there. */
const goodbye = () => new OperationError('unavailable', 'The server is closing.', 1_000)
