import { randomUUID } from 'node:crypto'
import { type Operation, type OperationName, operations } from '@parley/protocol'
import { OperationError, toWireError } from '../operation-error.ts'
import type { RunOperation } from '../run-operation.ts'

/** So many may be under way whatever their pace; above that the wait decides, and above the last nothing does. */
const most = { unasked: 512, underWay: 8_192, waitMs: 2_000 }
const measureMs = 500

/**
 * Refuses at once what would wait too long: an operation that a client gives up on costs as much as one it is glad of.
 * How long the wait is follows from how many are under way and how many were answered lately, so a disk that stands
 * still is noticed as well as a flood. What was taken before is finished. Commands, which wait for the disk, and
 * queries are measured apart.
 */
export function shedLoad(run: RunOperation): RunOperation {
  const gates = { command: createGate(), query: createGate() }
  return (name, input, caller, requestId) => {
    const operation = operationNamed(name)
    if (!operation) return run(name, input, caller, requestId)
    const gate = gates[operation.kind]
    const waitMs = gate.enter()
    if (waitMs !== undefined) {
      const refusal = new OperationError('unavailable', 'The server has too much to do.', waitMs)
      return Promise.resolve({ ok: false, error: toWireError(refusal, requestId ?? randomUUID()) })
    }
    const answer = run(name, input, caller, requestId)
    answer.then(gate.leave, gate.leave)
    return answer
  }
}

/** A client may also name what every object has, such as `toString`. */
const operationNamed = (name: string): Operation | undefined =>
  Object.hasOwn(operations, name) ? operations[name as OperationName] : undefined

function createGate() {
  let underWay = 0
  /** Since when there has been more than enough to do: before that, the pace was that of the askers. */
  let busySince: number | undefined
  let answered = 0
  let msEach = 0

  const measure = () => {
    const now = performance.now()
    if (busySince === undefined) msEach = 0
    else if (now - busySince < measureMs) return
    else msEach = (now - busySince) / Math.max(1, answered)
    busySince = now
    answered = 0
  }

  return {
    /** Undefined for whoever is let in, else the milliseconds after which to come again. */
    enter: (): number | undefined => {
      if (underWay < most.unasked) {
        busySince = undefined
      } else {
        measure()
        const waitMs = underWay * msEach
        if (underWay >= most.underWay || waitMs > most.waitMs) return retryAfter(waitMs)
      }
      underWay++
      return undefined
    },
    leave: () => {
      underWay--
      answered++
    },
  }
}

/** Spread, so that those who were refused in one moment do not come again in one. */
const retryAfter = (waitMs: number) => Math.round(500 + Math.random() * Math.min(waitMs, 10_000))
