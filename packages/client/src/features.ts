import { attachments } from './attachments/attachments.ts'
import { blocks } from './blocks/blocks.ts'
import type { ClientContext } from './client-context.ts'
import type { ApisOf, FieldsOf, StateOf } from './client-feature.ts'
import { contacts } from './contacts/contacts.ts'
import { conversations } from './conversations/conversations.ts'
import { hidings } from './hidings/hidings.ts'
import { hooks } from './hooks/hooks.ts'
import { memberships } from './memberships/memberships.ts'
import { messages } from './messages/messages.ts'
import { offers } from './offers/offers.ts'
import type { Outbox } from './outbox/outbox.ts'
import { presence } from './presence/presence.ts'
import { reactions } from './reactions/reactions.ts'
import { receipts } from './receipts/receipts.ts'
import { sessions } from './sessions/own-sessions.ts'
import { typing } from './typing/typing.ts'
import { users } from './users/users.ts'

export type { Attachments, AttachmentVariant } from './attachments/attachments.ts'
export type { MediaFacts, Upload, UploadOptions, UploadState, UploadStatus } from './attachments/upload.ts'
export type { BlockListOptions, Blocks } from './blocks/blocks.ts'
export type { ContactListOptions, Contacts } from './contacts/contacts.ts'
export type { ConversationPage, Conversations } from './conversations/conversations.ts'
export type { Hidings } from './hidings/hidings.ts'
export type { Hooks } from './hooks/hooks.ts'
export type { Memberships } from './memberships/memberships.ts'
export type { Messages, PageOptions } from './messages/messages.ts'
export type { Offers } from './offers/offers.ts'
export type { PresenceWatch } from './presence/presence.ts'
export type { MessageReaction, MessageReactions, ReactionListOptions, Reactions } from './reactions/reactions.ts'
export type { ReceiptListOptions, Receipts } from './receipts/receipts.ts'
export type { OwnSessions } from './sessions/own-sessions.ts'
export type { Typing } from './typing/typing.ts'
export type { UserSearchOptions, Users } from './users/users.ts'

/**
 * All features; only this file of the SDK names them all. The cache applies rows in this order, so that the rows that a
 * feature depends on are applied before its own.
 */
export const features = {
  sessions,
  users,
  contacts,
  blocks,
  conversations,
  hidings,
  memberships,
  messages,
  attachments,
  reactions,
  offers,
  receipts,
  typing,
  presence,
  hooks,
} as const

/** What the features add to `Chat`: one API each, by the name of the feature. */
export type FeatureApis = ApisOf<typeof features>
/** What the features add to `ChatState`. */
export type FeatureState = StateOf<typeof features>
/** What the features add to `ConversationState`. */
export type FeatureFields = FieldsOf<typeof features>

/**
 * Makes the APIs of all features for one chat, by their names, in the order of the list. The features register their
 * listeners in the context and in the outbox for good, so call this once for each chat.
 */
export const createFeatures = (context: ClientContext, outbox: Outbox): FeatureApis =>
  Object.fromEntries(
    Object.entries(features).map(([name, feature]) => [name, feature.create(context, outbox)]),
  ) as unknown as FeatureApis
