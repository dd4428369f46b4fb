import { randomUUID } from 'node:crypto'
import { type Operation, type OperationName, operations } from '@parley/protocol'
import { OperationError, toWireError } from '../operation-error.ts'
import type { RunOperation } from '../run-operation.ts'

/** Operations under way: the first are always admitted, those up to the hard limit if the estimated wait allows it. */
const most = { alwaysAdmitted: 512, hardLimit: 8_192, waitMs: 2_000 }
const measureMs = 500

/**
 * Wraps `run`: replies `unavailable` at once, with a time to retry, to an operation that would wait over two seconds.
 * Commands and queries are counted apart: of each, 512 under way are always admitted, and never more than 8,192. It
 * estimates the wait from those under way and those answered lately. Unknown operations pass to `run`, uncounted.
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

/** Own properties only: a client may also name a property of every object, such as `toString`. */
const operationNamed = (name: string): Operation | undefined =>
  Object.hasOwn(operations, name) ? operations[name as OperationName] : undefined

function createGate() {
  let underWay = 0
  /** When the current measurement began; undefined below `alwaysAdmitted`, where callers decide the pace. */
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
    /** Undefined if the operation is admitted, otherwise the milliseconds after which to try again. */
    enter: (): number | undefined => {
      if (underWay < most.alwaysAdmitted) {
        busySince = undefined
      } else {
        measure()
        const waitMs = underWay * msEach
        if (underWay >= most.hardLimit || waitMs > most.waitMs) return retryAfter(waitMs)
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

/** Spread at random, so that clients that were refused in one moment do not try again in one. */
const retryAfter = (waitMs: number) => Math.round(500 + Math.random() * Math.min(waitMs, 10_000))
