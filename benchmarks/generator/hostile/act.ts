import type { ErrorCode, Input, OperationName, Output } from '@parley/protocol'
import { call, Refusal } from '../../targets/rest-caller.ts'
import type { Caller } from '../caller.ts'
import { RefusedError } from '../refusal.ts'
import { messageId } from '../vocabulary.ts'
import type { World } from './hostile-world.ts'

/** Makes the most expensive call of an operation that is allowed; `i` counts the calls. */
export type Act = (caller: Caller, world: World, i: number) => Promise<unknown>

/** The acts of some operations. */
export type Acts = Partial<Record<OperationName, Act>>

/** The code of a refusal, and the milliseconds to wait if it gives them; undefined for any other error. */
export const refusalIn = (error: unknown): { code: string; retryAfterMs: number | undefined } | undefined => {
  if (error instanceof RefusedError) return error.refused
  if (error instanceof Refusal) return { code: error.error.code, retryAfterMs: error.error.retryAfterMs }
  return undefined
}

/** The same act, of which a refusal with one of these codes counts as an answer, because it costs the server as much. */
export const orRefused =
  (codes: readonly ErrorCode[], act: Act): Act =>
  (caller, world, i) =>
    act(caller, world, i).catch((error: unknown) => {
      if (!codes.includes(refusalIn(error)?.code as ErrorCode)) throw error
    })

/** Calls an operation over REST; without a token as a stranger. */
export const overRest = <N extends OperationName>(
  { port }: World,
  name: N,
  input: Input<N>,
  token?: string,
): Promise<Output<N>> => call(port, name, input, token)

/** The entry of a list for call number `i`, from the beginning again after its end; '' for an empty list. */
export const at = (list: readonly string[], i: number): string => list[i % Math.max(1, list.length)] ?? ''

/**
 * Up to `count` consecutive entries of a list; the next call (`i` + 1) begins `count` entries later, and near the end
 * of the list at its beginning again.
 */
export const from = <T>(all: readonly T[], i: number, count: number): T[] => {
  const first = (i * count) % Math.max(1, all.length - count)
  return all.slice(first, first + count)
}

/** A text of 500 characters that begins with this number. */
export const textOf = (i: number) => `${i} `.padEnd(500, 'x')

/** Sends a message of the greatest length to the crowded room; resolves with its id. */
export const sendLong = async (caller: Caller, { crowded }: World, i: number): Promise<string> => {
  const id = messageId()
  const body = { kind: 'plain', text: textOf(i).padEnd(4_000, 'y') } as const
  await caller.ask('message.send', { conversationId: crowded, id, body })
  return id
}
