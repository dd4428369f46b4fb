import type { z } from 'zod'
import { eventsOf, mergeSections } from './changes.ts'
import type { EventDefinition, Operation } from './define.ts'
import type { Reply } from './errors.ts'
import { ConversationChange, features } from './features/index.ts'

/** All operations of all features, by name. */
export const operations = mergeSections(features, 'operations') satisfies Record<string, Operation>

/** All events of all features, by name. */
export const events = eventsOf(features, ConversationChange) satisfies Record<string, EventDefinition>

export type OperationName = keyof typeof operations
export const operationNames = Object.keys(operations) as OperationName[]
/** The input as a caller sends it: fields with a default are optional. */
export type Input<N extends OperationName> = z.input<(typeof operations)[N]['input']>
/** The input as a handler gets it: validated, with defaults filled in. */
export type ParsedInput<N extends OperationName> = z.output<(typeof operations)[N]['input']>
export type Output<N extends OperationName> = z.output<(typeof operations)[N]['output']>

export type EventName = keyof typeof events
export const eventNames = Object.keys(events) as EventName[]
export type Payload<N extends EventName> = z.output<PayloadSchema<(typeof events)[N]>>
type PayloadSchema<E> = E extends EventDefinition<infer P> ? P : never
export type DurableEventName = {
  [N in EventName]: (typeof events)[N] extends { durable: true } ? N : never
}[EventName]

/** Socket.IO's map of what a client emits. */
export type ClientToServerEvents = {
  [N in OperationName]: (input: Input<N>, acknowledge: (reply: Reply<Output<N>>) => void) => void
}

/** Socket.IO's map of what the server emits. */
export type ServerToClientEvents = { [N in EventName]: (payload: Payload<N>) => void }
