import type { z } from 'zod'
import { eventsOf, join } from './changes.ts'
import type { EventKind, Operation } from './define.ts'
import type { Reply } from './errors.ts'
import { ConversationChange, features } from './features/index.ts'

/** Everything a caller can ask for. */
export const operations = join(features, 'operations') satisfies Record<string, Operation>

/** Everything that happens. */
export const events = eventsOf(features, ConversationChange) satisfies Record<string, EventKind>

export type OperationName = keyof typeof operations
export const operationNames = Object.keys(operations) as OperationName[]
/** What a caller may leave to its default is optional here. */
export type Input<N extends OperationName> = z.input<(typeof operations)[N]['input']>
/** The input as a handler sees it, defaults filled in. */
export type ParsedInput<N extends OperationName> = z.output<(typeof operations)[N]['input']>
export type Output<N extends OperationName> = z.output<(typeof operations)[N]['output']>

export type EventName = keyof typeof events
export const eventNames = Object.keys(events) as EventName[]
export type Payload<N extends EventName> = z.output<PayloadSchema<(typeof events)[N]>>
type PayloadSchema<E> = E extends EventKind<infer P> ? P : never
export type DurableEventName = {
  [N in EventName]: (typeof events)[N] extends { durable: true } ? N : never
}[EventName]

/** Socket.IO's map of what a client emits. */
export type ClientToServerEvents = {
  [N in OperationName]: (input: Input<N>, acknowledge: (reply: Reply<Output<N>>) => void) => void
}

/** Socket.IO's map of what the server emits. */
export type ServerToClientEvents = { [N in EventName]: (payload: Payload<N>) => void }
