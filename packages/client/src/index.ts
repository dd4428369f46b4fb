/**
 * The Parley SDK: one person's chat on one device, in browsers and in Node.
 *
 * `createSessions` keeps the built-in accounts signed in, `createChat` is the chat itself: operations by feature
 * (`chat.messages.send`), what is known in `chat.store` (with zustand’s interface, normalised by id; subscribe with
 * small selectors, unchanged objects keep their identity), and what happens in `chat.on`.
 *
 * Good to know:
 * - After `connect` the state holds every conversation and none of its messages: `messages.loadLatest` loads the first
 *   page (`messagesLoaded`), `memberships.loadAll` the members (`membershipsLoaded`); both then stay true by
 *   themselves.
 * - The rows to show are `messages`, then `pending`. A row keeps its id when it moves from one to the other.
 * - A message from before a reload has no handle any more: `messages.retry(id)` and `messages.cancel(id)` take its id.
 * - `problem` says why the status is `offline` or `closed`. `closed` with `unauthenticated` means: sign in again.
 * - `auth` gets the token that it should replace, so that nothing depends on the clock of this device.
 * - What no server takes is refused here with `invalid_input`. A message on whose way the connection breaks again and
 *   again fails with `unavailable`, so that those behind it are sent.
 * - Subscribe to `chat.store` for what is: it holds what a sync brings as well. Listen with `chat.on` to what happens:
 *   each live event once, and nothing that a sync brings.
 * - An account may have 10,000 conversations. `store.subscribeTo('conversations', id, …)` follows one of them, and
 *   `@parley/client/conversation-lists` holds their sorted ids and sums over them; neither looks at all of them again
 *   after a change.
 * - Records of the state, such as `conversations` and `users`, read like plain objects, but `structuredClone` refuses
 *   them: copy them with a spread.
 */

/* The accounts come first: in this order the bundle is smallest. */

export { createSessions, type SessionStorage, type Sessions, type SessionsOptions } from './sessions/sessions.ts'

/* The chat. */

export type { RecordName, StateListener } from './cache/entry-listeners.ts'
export type {
  CallName,
  CallOptions,
  Chat,
  ChatEventName,
  ChatEvents,
  ChatOptions,
  ChatStore,
  Logger,
  TokenRequest,
  Unsubscribe,
} from './chat.ts'
export { createChat } from './chat-client.ts'
export { ChatError, type LocalErrorCode } from './chat-error.ts'
export type { ChatState, ChatStatus, ConversationState } from './chat-state.ts'
export type { Clock, Environment } from './environment.ts'
export type * from './features.ts'
export type { PendingMessage, PendingStatus, SendableType, SentMessage } from './messages/pending-message.ts'
export { indexedDbOutbox } from './outbox/indexed-db-outbox.ts'
export {
  memoryOutbox,
  type OutboxEntry,
  type OutboxNote,
  type OutboxSharing,
  type OutboxStorage,
  type StoredOutbox,
} from './outbox/outbox-storage.ts'
