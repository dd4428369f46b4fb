import { readTextOrField } from '../argument.ts'
import { type IncomingResult, type Plan, refuse, run } from '../dialect.ts'

/**
 * Makes the plan of a typing event. Its argument is a room id in one of their documents, `{ roomId }` in the other;
 * anything else is refused with `invalid_input`. Refusals of `typing.set` are thrown.
 */
export const setTyping = (isTyping: boolean) =>
  function* (argument: unknown): Plan<IncomingResult> {
    yield* run('typing.set', { conversationId: readTextOrField(argument, 'roomId'), isTyping })
    return { acknowledge: { ok: true, data: {} } }
  }

/** The statuses that clients may set. `offline` is only sent to them. */
const statuses = ['online', 'away', 'busy'] as const

/**
 * Sets the caller’s status from a word or `{ status }`: `online`, `away` or `busy`, and answers with it. Anything
 * else, also `offline`, is refused with `invalid_input`. Refusals of `presence.set` are thrown.
 */
export function* setPresence(argument: unknown): Plan<IncomingResult> {
  const word = readTextOrField(argument, 'status')
  const status = statuses.find((candidate) => candidate === word) ?? refuse(`status must be ${statuses.join(', ')}`)
  yield* run('presence.set', { status })
  return { acknowledge: { ok: true, data: { status } } }
}
