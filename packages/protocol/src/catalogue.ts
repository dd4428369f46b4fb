import type { z } from 'zod'
import { conversationOperations } from './conversations.ts'
import { type EventKind, ephemeral, type Operation } from './define.ts'
import type { Reply } from './errors.ts'
import { Failure } from './failure.ts'
import { membershipOperations } from './memberships.ts'
import { messageOperations } from './messages.ts'
import { presenceEvents, presenceOperations } from './presence.ts'
import { receiptEvents, receiptOperations } from './receipts.ts'
import { sessionEvents, sessionOperations } from './sessions.ts'
import { syncEvents, syncOperations } from './sync.ts'
import { typingEvents, typingOperations } from './typing.ts'
import { userOperations } from './users.ts'

/** Everything a caller can ask for. */
export const operations = {
  ...sessionOperations,
  ...userOperations,
  ...conversationOperations,
  ...membershipOperations,
  ...messageOperations,
  ...receiptOperations,
  ...typingOperations,
  ...presenceOperations,
  ...syncOperations,
} as const satisfies Record<string, Operation>

/** Everything that happens. */
export const events = {
  ...syncEvents,
  ...sessionEvents,
  ...receiptEvents,
  ...typingEvents,
  ...presenceEvents,
  'operation.failed': ephemeral('The answer to a failed operation that was sent without an acknowledgement.', Failure),
} as const satisfies Record<string, EventKind>

export type OperationName = keyof typeof operations
export const operationNames = Object.keys(operations) as OperationName[]
/** What a caller may leave to its default is optional here. */
export type Input<N extends OperationName> = z.input<(typeof operations)[N]['input']>
/** The input as a handler sees it, defaults filled in. */
export type ParsedInput<N extends OperationName> = z.output<(typeof operations)[N]['input']>
export type Output<N extends OperationName> = z.output<(typeof operations)[N]['output']>

export type EventName = keyof typeof events
export const eventNames = Object.keys(events) as EventName[]
export type Payload<N extends EventName> = z.output<(typeof events)[N]['payload']>
export type DurableEventName = { [N in EventName]: (typeof events)[N]['durable'] extends true ? N : never }[EventName]

/** Socket.IO's map of what a client emits. */
export type ClientToServerEvents = {
  [N in OperationName]: (input: Input<N>, acknowledge: (reply: Reply<Output<N>>) => void) => void
}

/** Socket.IO's map of what the server emits. */
export type ServerToClientEvents = { [N in EventName]: (payload: Payload<N>) => void }
