import { readTextOrField } from '../argument.ts'
import { type IncomingResult, type Plan, refuse, run } from '../dialect.ts'

/** A plain room id in one document, `{ roomId }` in the other. */
export const setTyping = (isTyping: boolean) =>
  function* (argument: unknown): Plan<IncomingResult> {
    yield* run('typing.set', { conversationId: readTextOrField(argument, 'roomId'), isTyping })
    return { acknowledge: { ok: true, data: {} } }
  }

/** Their three words. Our fourth, `offline`, is what they hear of somebody who is gone and never what they say. */
const statuses = ['online', 'away', 'busy'] as const

export function* setPresence(argument: unknown): Plan<IncomingResult> {
  const word = readTextOrField(argument, 'status')
  const status = statuses.find((candidate) => candidate === word) ?? refuse(`status must be ${statuses.join(', ')}`)
  yield* run('presence.set', { status })
  return { acknowledge: { ok: true, data: { status } } }
}
