/**
 * Hooks and components over the Parley SDK. Hooks work without the components; the components need `styles.css`, inside
 * an element of class `parley`.
 */
export { ChatPage } from './chat-page.tsx'
export { ConnectionBanner } from './connection-banner.tsx'
export { ConversationItem } from './conversations/conversation-item.tsx'
export { ConversationList } from './conversations/conversation-list.tsx'
export { ConversationView } from './conversations/conversation-view.tsx'
export { DirectDialog } from './conversations/dialogs/direct-dialog.tsx'
export { DiscoverDialog } from './conversations/dialogs/discover-dialog.tsx'
export { RoomDialog } from './conversations/dialogs/room-dialog.tsx'
export {
  useConversation,
  useConversationIds,
  useConversationTitle,
  useInvitationIds,
  useOtherPerson,
} from './conversations/use-conversations.ts'
export { usePublicRooms } from './conversations/use-public-rooms.ts'
export { ChatProvider } from './hooks/chat-provider.tsx'
export { useChat, useChatSelection, useChatState } from './hooks/use-chat.ts'
export { useConnection } from './hooks/use-connection.ts'
export { MemberList } from './memberships/member-list.tsx'
export { type Member, useLoadMembers, useMembers, useOwnRole } from './memberships/use-members.ts'
export { Composer, type ComposerHandle } from './messages/composer/composer.tsx'
export type { DraftStorage } from './messages/composer/drafts.ts'
export { useComposer } from './messages/composer/use-composer.ts'
export { MessageList } from './messages/message-list.tsx'
export { useOpening } from './messages/timeline/use-opening.ts'
export { useTimeline } from './messages/timeline/use-timeline.ts'
export { PresenceDot } from './presence/presence-dot.tsx'
export { PresenceText } from './presence/presence-text.tsx'
export { usePresence, useWatchPresence } from './presence/use-presence.ts'
export { UnreadBadge } from './receipts/unread-badge.tsx'
export { useOthersReceipts, useReadMarking, useTotalUnread } from './receipts/use-receipts.ts'
export { SignInForm } from './sessions/sign-in-form.tsx'
export { useOwnSessions } from './sessions/use-own-sessions.ts'
export { useSignedIn } from './sessions/use-signed-in.ts'
export { errorText } from './texts/error-text.ts'
export { TypingLine } from './typing/typing-line.tsx'
export { useTyping } from './typing/use-typing.ts'
export type { MenuGroup, MenuItem } from './ui/menu.tsx'
export { AccountMenu } from './users/account-menu.tsx'
export { PeopleSearch } from './users/people-search.tsx'
export { usePeopleSearch } from './users/use-people-search.ts'
export { useDisplayNames, useMe, useUser } from './users/use-users.ts'
export { UserAvatar } from './users/user-avatar.tsx'
