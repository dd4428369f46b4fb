import { bodyProblem, idPattern, sendableTypes } from '@parley/protocol/features/message-rules'
import { clientLimits } from '@parley/protocol/limits'
import { ChatError } from '../chat-error.ts'
import type { OutboxEntry } from '../outbox/outbox-storage.ts'

const refusal = (sentence: string) => new ChatError('invalid_input', sentence)

/**
 * Returns an `invalid_input` error for a body that every server refuses, such as one with an unknown field or a text
 * that is too long; otherwise null. It is checked here, because a packet that is too large would end the connection.
 */
export function refusalOfBody(body: unknown): ChatError | null {
  const sentence = bodyProblem(body)
  return sentence === null ? null : refusal(sentence)
}

/**
 * Returns (does not throw) an `invalid_input` error for a message in the outbox that every server refuses: for the form
 * of its conversation id, its type or its body; otherwise null. Also for one that an older version left there.
 */
export function refusalOfEntry({ conversationId, type, body }: OutboxEntry): ChatError | null {
  if (!idPattern.test(conversationId)) return refusal('This is not the id of a conversation.')
  if (!sendableTypes.includes(type)) return refusal('There is no message of this type.')
  return refusalOfBody(body)
}

/** The name of the operation and what Socket.IO and Engine.IO put around it. */
const aroundBytes = 256

/**
 * Throws the ChatError `invalid_input` for an input of any operation that cannot be sent: JSON cannot express it (a
 * cycle, a bigint), or its JSON has more than 261,888 bytes, too many for a packet that the server would read. Does not
 * check whether the operation accepts it; undefined passes.
 */
export function refuseUnsendable(input: unknown): void {
  const json = jsonOf(input)
  const mostBytes = clientLimits.packetBytes - aroundBytes
  // A UTF-16 unit is at most three bytes of UTF-8, so what is short need not be encoded to be counted.
  if (json.length * 3 > mostBytes && new TextEncoder().encode(json).length > mostBytes) {
    throw refusal('This is too large to be sent.')
  }
}

/**
 * Returns a copy of a value as it would arrive by JSON: for example without functions and undefined fields. Where JSON
 * cannot express it (a cycle, a bigint, undefined), returns the value itself, uncopied. Never throws.
 */
export function jsonCopy(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value))
  } catch {
    return value
  }
}

function jsonOf(input: unknown): string {
  try {
    return JSON.stringify(input) ?? ''
  } catch {
    throw refusal('This cannot be sent as JSON.')
  }
}
