/**
 * The components of Parley, and all of its hooks. `ChatPage`, `ChatWindow`, `ConversationList`, `MessageBubble`,
 * `MessageComposer`, `TypingIndicator` and `StatusIndicator` need only `styles.css` and a `ChatProvider`; the others
 * also need an element of class `parley` around them. `@parley/react/hooks` has only the hooks,
 * `@parley/react/headless` the behaviour without styles.
 */
export { ChatPage } from './chat-page.tsx'
export { ChatWindow } from './chat-window.tsx'
export { ConnectionBanner } from './connection-banner.tsx'
export { DirectDialog } from './conversations/dialogs/direct-dialog.tsx'
export { DiscoverDialog } from './conversations/dialogs/discover-dialog.tsx'
export { RoomDialog } from './conversations/dialogs/room-dialog.tsx'
export { ConversationItem } from './conversations/list/conversation-item.tsx'
export { ConversationList, type ListDensity } from './conversations/list/conversation-list.tsx'
export * from './hooks/index.ts'
export { MemberList } from './memberships/member-list.tsx'
export type { ComposerHandle } from './messages/composer/composer.tsx'
export { MessageComposer } from './messages/composer/message-composer.tsx'
export { MessageBubble } from './messages/message-bubble.tsx'
export { MessageList } from './messages/message-list.tsx'
export { PresenceText } from './presence/presence-text.tsx'
export { StatusIndicator } from './presence/status-indicator.tsx'
export { UnreadBadge } from './receipts/unread-badge.tsx'
export { SignInForm } from './sessions/sign-in-form.tsx'
export { TypingIndicator } from './typing/typing-indicator.tsx'
export { AnchoredMenu } from './ui/anchored-menu.tsx'
export type { ChoiceFieldProps } from './ui/field.tsx'
export { Layer } from './ui/layer.tsx'
export type { MenuGroup, MenuItem } from './ui/menu.tsx'
export { type Tab, Tabs } from './ui/tabs.tsx'
export { AccountMenu } from './users/account-menu.tsx'
export { PeopleSearch } from './users/people-search.tsx'
export { UserAvatar } from './users/user-avatar.tsx'
