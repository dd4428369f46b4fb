/** Hooks for the state of the Parley SDK, and the provider of their chat. They render nothing. */
export type { ShownAttachment } from '../attachments/shown-attachment.ts'
export { type AttachmentUrl, useAttachmentUrl } from '../attachments/use-attachment-url.ts'
export { useAttachments } from '../attachments/use-attachments.ts'
export { useDownload } from '../attachments/use-download.ts'
export {
  useConversation,
  useConversationIds,
  useConversationTitle,
  useHasNoConversations,
  useInvitationIds,
  useOtherPerson,
} from '../conversations/use-conversations.ts'
export { type PublicRoom, usePublicRooms } from '../conversations/use-public-rooms.ts'
export { type Member, type MembersLoading, useLoadMembers, useMembers, useOwnRole } from '../memberships/use-members.ts'
export { useMessageCommands } from '../messages/actions/use-message-commands.ts'
export type { DraftStorage } from '../messages/composer/drafts.ts'
export { type ComposerOptions, useComposer } from '../messages/composer/use-composer.ts'
export { type Editing, useEditing } from '../messages/composer/use-editing.ts'
export type {
  MessageAction,
  MessageActionContext,
  MessageCommands,
  MessageDialogProps,
  MessageViewer,
} from '../messages/message-extension.ts'
export type { MessageRow, ShownMessage } from '../messages/timeline/message-rows.ts'
export { type Opening, useOpening } from '../messages/timeline/use-opening.ts'
export { useTimeline } from '../messages/timeline/use-timeline.ts'
export { usePresence, useWatchPresence } from '../presence/use-presence.ts'
export { type OthersReceipts, useOthersReceipts, useReadMarking, useTotalUnread } from '../receipts/use-receipts.ts'
export { useOwnSessions } from '../sessions/use-own-sessions.ts'
export { useSignedIn } from '../sessions/use-signed-in.ts'
export type { ComposerSlotProps, HeaderSlotProps, MessageSlotProps, Slots } from '../slots.ts'
export type { TextOverrides, Texts } from '../texts/english/english.ts'
export { TextsProvider, type TextsProviderProps } from '../texts/texts-provider.ts'
export { createTimeFormat } from '../texts/time-format.ts'
export { useErrorText, useTexts } from '../texts/use-texts.ts'
export { useTyping } from '../typing/use-typing.ts'
export { usePeopleSearch } from '../users/use-people-search.ts'
export { useDisplayNames, useMe, useUser } from '../users/use-users.ts'
export { ChatProvider, type ChatProviderProps, type RoomLook } from './chat-provider.ts'
export type { ScrollAnchor, ScrollTarget, ScrollView } from './scroll-view.ts'
export { type Action, useAction } from './use-action.ts'
export {
  useChat,
  useChatEntry,
  useChatSelection,
  useChatState,
  useConversationSelection,
  useConversationState,
} from './use-chat.ts'
export { type ConnectionView, useConnection } from './use-connection.ts'
export { type FoundPage, type Lookup, type PagedLookup, useLookup, usePagedLookup } from './use-lookup.ts'
