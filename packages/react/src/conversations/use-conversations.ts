import type { ChatState, ConversationState } from '@parley/client'
import type { Membership, User } from '@parley/protocol'
import { isHidden } from '../hidings/use-hidings.ts'
import { useChatSelection, useChatState } from '../hooks/use-chat.ts'
import type { Texts } from '../texts/english/english.ts'
import { useTexts } from '../texts/use-texts.ts'

/** The time of the last message, else of the creation. Only for the order of lists. */
const lastActive = ({ lastMessage, conversation }: ConversationState): number =>
  lastMessage?.createdAt ?? conversation.createdAt

const stateOf = (held: ConversationState, me: string | undefined) => (me ? held.memberships[me]?.state : undefined)

function idsInState(state: ChatState, wanted: Membership['state']): string[] {
  return Object.values(state.conversations)
    .filter((held) => stateOf(held, state.me?.id) === wanted && !isHidden(held, state))
    .sort((a, b) => lastActive(b) - lastActive(a) || (a.conversation.id < b.conversation.id ? -1 : 1))
    .map(({ conversation }) => conversation.id)
}

/** The ids of the user's conversations that are not hidden, the most recently active first. */
export const useConversationIds = (): string[] => useChatSelection((state) => idsInState(state, 'active'))

/** The ids of the conversations to which the user is invited, the most recently active first. */
export const useInvitationIds = (): string[] => useChatSelection((state) => idsInState(state, 'invited'))

/** Has the user neither conversations nor invitations? False until the first sync. Hidden conversations count. */
export const useHasNoConversations = (): boolean =>
  useChatState(({ epoch, conversations, me }) => {
    const isShown = (held: ConversationState) => ['active', 'invited'].includes(stateOf(held, me?.id) ?? 'left')
    return epoch !== null && !Object.values(conversations).some(isShown)
  })

/** The state of a conversation; undefined if the user is neither in it nor invited to it, or before the first sync. */
export const useConversation = (conversationId: string): ConversationState | undefined =>
  useChatState((state) => state.conversations[conversationId])

/**
 * The id of the other person of a direct conversation; the own id in a conversation with oneself; undefined for a room.
 */
function otherPerson(held: ConversationState, me: string | undefined): string | undefined {
  if (held.conversation.kind !== 'direct') return undefined
  return Object.keys(held.memberships).find((userId) => userId !== me) ?? me
}

/**
 * The other person of a direct conversation; undefined for a room. In a conversation with oneself it is the own user.
 */
export const useOtherPerson = (conversationId: string): User | undefined =>
  useChatState((state) => {
    const held = state.conversations[conversationId]
    const userId = held && otherPerson(held, state.me?.id)
    return userId === undefined ? undefined : state.users[userId]
  })

type TitleTexts = Texts['conversations']

/** The name of a room, or of the other person of a direct conversation. */
export function conversationTitle(held: ConversationState, { users, me }: ChatState, texts: TitleTexts): string {
  if (held.conversation.kind === 'room') return held.conversation.name ?? texts.unnamedRoom
  const userId = otherPerson(held, me?.id)
  const name = (userId !== undefined && users[userId]?.displayName) || texts.unnamedDirect
  return userId === me?.id ? texts.withYourself(name) : name
}

/** The name of a room, or of the other person of a direct conversation; '' for an unknown one. */
export function useConversationTitle(conversationId: string | null): string {
  const texts = useTexts().conversations
  return useChatState((state) => {
    const held = conversationId === null ? undefined : state.conversations[conversationId]
    return held ? conversationTitle(held, state, texts) : ''
  })
}

/** The ids of the other people in the user's direct conversations, whose presence the list shows. */
export const useDirectPeople = (): string[] =>
  useChatSelection((state) => [
    ...new Set(Object.values(state.conversations).flatMap((held) => otherPerson(held, state.me?.id) ?? [])),
  ])
