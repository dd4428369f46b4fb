import { readFileSync } from 'node:fs'
import { operations, type Reply, type User } from '@parley/protocol'
import { expect } from 'vitest'
import { type Anchors, type Plan, PlanError } from './dialect.ts'
import { makeMessageId } from './message-id.ts'

/** An operation of a recorded plan and the answer of the server. */
export interface RecordedStep {
  operation: string
  /** `<made here>` stands for a message id that the dialect generates. */
  input: Record<string, unknown>
  reply: Reply<unknown>
}

/** What a server provides to plans and translations; URLs are not signed here. */
export const lent = {
  addressOf: (attachmentId: string, variant = 'original') =>
    `/files/${attachmentId}${variant === 'original' ? '' : `/${variant}`}`,
  fileLinks: false,
  currency: 'USD',
}

/** The anchors of a client that has asked for no page yet: `find` returns undefined for every key. */
export const noAnchors: Anchors = { find: () => undefined }

export interface Transcript<E> {
  caller: User
  exchanges: E[]
}

/**
 * Reads and parses `transcripts/<name>.json` in a folder, whose URL ends with `/`. Does not check its form. Throws if
 * the file is missing or is no JSON.
 */
export const readTranscript = <E>(folder: URL, name: string): Transcript<E> =>
  JSON.parse(readFileSync(new URL(`transcripts/${name}.json`, folder), 'utf8'))

const isOperation = (name: string): name is keyof typeof operations => Object.hasOwn(operations, name)

/** Recorded steps must be valid in the present protocol, so that a change of it shows outdated transcripts. */
const expectProtocol = ({ operation, input, reply }: RecordedStep): void => {
  if (!isOperation(operation)) throw new Error(`there is no operation ${operation}`)
  operations[operation].input.parse(input.id === '<made here>' ? { ...input, id: makeMessageId() } : input)
  if (reply.ok) operations[operation].output.parse(reply.data)
}

const withoutMadeId = (input: unknown, recorded: RecordedStep): unknown => {
  if (recorded.input.id !== '<made here>') return input
  expect(operations['message.send'].input.shape.id.safeParse(Object(input).id).success).toBe(true)
  return { ...Object(input), id: '<made here>' }
}

export type Outcome<R> = { result: R } | { error: PlanError }

const advance = <R>(go: () => IteratorResult<unknown, R>): IteratorResult<unknown, R> | PlanError => {
  try {
    return go()
  } catch (error) {
    if (error instanceof PlanError) return error
    throw error
  }
}

/**
 * Runs a plan with the recorded answers and returns its result, or the PlanError that it ends with; any other error is
 * thrown. The test fails unless the plan yields exactly the recorded operations in their order, and each recorded input
 * and output is valid in the present protocol.
 */
export const play = <R>(plan: Plan<R>, steps: readonly RecordedStep[] = []): Outcome<R> => {
  const left = [...steps]
  let at = advance(() => plan.next())
  while (!(at instanceof PlanError) && !at.done) {
    const recorded = left.shift()
    if (!recorded) throw new Error(`nothing was recorded for ${JSON.stringify(at.value)}`)
    expectProtocol(recorded)
    const { operation, input } = Object(at.value)
    const { reply } = recorded
    expect({ operation, input: withoutMadeId(input, recorded) }).toEqual({
      operation: recorded.operation,
      input: recorded.input,
    })
    at = advance(() => (reply.ok ? plan.next(reply.data) : plan.throw(new PlanError(reply.error))))
  }
  expect(left, 'steps that were never asked for').toEqual([])
  return at instanceof PlanError ? { error: at } : { result: at.value }
}
