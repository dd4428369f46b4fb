import type { z } from 'zod'
import type * as conversations from './features/conversations.ts'
import type * as features from './features/index.ts'
import type * as memberships from './features/memberships.ts'
import type * as messages from './features/messages.ts'
import type * as presence from './features/presence.ts'
import type * as receipts from './features/receipts.ts'
import type * as sessions from './features/sessions.ts'
import type * as users from './features/users.ts'

export {
  type ClientToServerEvents,
  type DurableEventName,
  type EventName,
  eventNames,
  events,
  type Input,
  type OperationName,
  type Output,
  operationNames,
  operations,
  type ParsedInput,
  type Payload,
  type ServerToClientEvents,
} from './catalogue.ts'
export type { EventKind, HttpForm, Operation } from './define.ts'
export { type AsyncApiDocument, asyncapi } from './documents/asyncapi.ts'
export type { Field } from './documents/fields.ts'
export { API_PATH, pathNames, placeOfRest } from './documents/http-form.ts'
export { type OpenApiDocument, openapi } from './documents/openapi.ts'
export {
  type EntityReference,
  type EventReference,
  type OperationReference,
  type Reference,
  reference,
  type Shape,
} from './documents/reference.ts'
export { type ErrorCode, errorCatalogue, errorsOf, type Reply, type WireError } from './errors.ts'
export { type Feature, featureOf, features } from './features/index.ts'
export { userRoles } from './features/users.ts'
export { Id, limits } from './primitives.ts'
export { OLDEST_SERVED_VERSION, PROTOCOL_VERSION } from './version.ts'

export type User = z.output<typeof users.User>
export type UserRole = z.output<typeof users.UserRole>
export type Session = z.output<typeof sessions.Session>
export type SignedIn = z.output<typeof sessions.SignedIn>
export type Conversation = z.output<typeof conversations.Conversation>
export type ConversationKind = z.output<typeof conversations.ConversationKind>
export type ConversationSummary = z.output<typeof conversations.ConversationSummary>
export type Visibility = z.output<typeof conversations.Visibility>
export type Membership = z.output<typeof memberships.Membership>
export type MembershipState = z.output<typeof memberships.MembershipState>
export type Role = z.output<typeof memberships.Role>
export type Message = z.output<typeof messages.Message>
export type MessageType = z.output<typeof messages.MessageType>
export type Body = z.output<typeof messages.Body>
export type Receipt = z.output<typeof receipts.Receipt>
export type Presence = z.output<typeof presence.Presence>
export type PresenceStatus = z.output<typeof presence.PresenceStatus>
export type ConversationChange = z.output<typeof features.ConversationChange>
export type AccountChange = z.output<typeof features.AccountChange>
