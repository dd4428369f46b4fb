import type { ChatState, ConversationState } from '@parley/client'
import type { Conversation, User } from '@parley/protocol'
import { useChatEntry, useChatState, useChatSurface, useConversationState } from '../hooks/use-chat.ts'
import type { Texts } from '../texts/english/english.ts'
import { useTexts } from '../texts/use-texts.ts'
import { useMe, useUser } from '../users/use-users.ts'

/**
 * The ids of one's conversations that are not hidden, the latest active first; without invitations. The same array
 * until that changes.
 */
export function useConversationIds(): readonly string[] {
  const { byMembership } = useChatSurface().lists
  return useChatState((state) => byMembership(state).active)
}

/** The ids of the conversations that one is invited to, the latest first. The same array until that changes. */
export function useInvitationIds(): readonly string[] {
  const { byMembership } = useChatSurface().lists
  return useChatState((state) => byMembership(state).invited)
}

/** Is one invited to no conversation, and in none that is not hidden? False until that is known. */
export function useHasNoConversations(): boolean {
  const { shown } = useChatSurface().lists
  return useChatState((state) => state.epoch !== null && shown(state) === 0)
}

/**
 * The state of a conversation; undefined if the user is neither in it nor invited to it, or before the first sync. It
 * loads nothing, and renders again at every change of the conversation, such as a message.
 */
export const useConversation = (conversationId: string): ConversationState | undefined =>
  useChatEntry('conversations', conversationId)

/** The other person of a direct conversation, oneself in one's own, undefined in a room. */
function otherPerson(held: ConversationState | undefined, me: string | undefined): string | undefined {
  if (held?.conversation.kind !== 'direct') return undefined
  return Object.keys(held.memberships).find((userId) => userId !== me) ?? me
}

function useOtherPersonId(conversationId: string): string | undefined {
  const me = useMe()?.id
  return useConversationState(conversationId, (held) => otherPerson(held, me))
}

/**
 * The other person of a direct conversation, oneself in one's own. Undefined in a room, and while the conversation or
 * that person is not known.
 */
export const useOtherPerson = (conversationId: string): User | undefined => useUser(useOtherPersonId(conversationId))

type TitleTexts = Texts['conversations']

function titleOf({ kind, name }: Conversation, other: User | undefined, isOwn: boolean, texts: TitleTexts): string {
  if (kind === 'room') return name ?? texts.unnamedRoom
  const otherName = other?.displayName || texts.unnamedDirect
  return isOwn ? texts.withYourself(otherName) : otherName
}

/**
 * What a conversation is called: the name of the room, or the display name of the other person, marked in one's own
 * conversation. A placeholder from `texts` if the room has no name or the person is not known.
 */
export function conversationTitle(held: ConversationState, { users, me }: ChatState, texts: TitleTexts): string {
  const userId = otherPerson(held, me?.id)
  return titleOf(held.conversation, userId === undefined ? undefined : users[userId], userId === me?.id, texts)
}

/** What a conversation is called (see `conversationTitle`); '' for null or if the conversation is not known. */
export function useConversationTitle(conversationId: string | null): string {
  const texts = useTexts().conversations
  const me = useMe()?.id
  const conversation = useConversationState(conversationId ?? '', (held) => held?.conversation)
  const userId = useOtherPersonId(conversationId ?? '')
  const other = useUser(userId)
  return conversation ? titleOf(conversation, other, userId === me, texts) : ''
}
