import type { ChatState, ConversationState } from '@parley/client'
import type { Membership, User } from '@parley/protocol'
import { isHidden } from '../hidings/use-hidings.ts'
import { useChatSelection, useChatState } from '../hooks/use-chat.ts'
import type { Texts } from '../texts/english/english.ts'
import { useTexts } from '../texts/use-texts.ts'

/** When something last happened in it, for sorting a list: display only, nothing depends on it. */
const lastActive = ({ lastMessage, conversation }: ConversationState): number =>
  lastMessage?.createdAt ?? conversation.createdAt

const stateOf = (held: ConversationState, me: string | undefined) => (me ? held.memberships[me]?.state : undefined)

function idsInState(state: ChatState, wanted: Membership['state']): string[] {
  return Object.values(state.conversations)
    .filter((held) => stateOf(held, state.me?.id) === wanted && !isHidden(held, state))
    .sort((a, b) => lastActive(b) - lastActive(a) || (a.conversation.id < b.conversation.id ? -1 : 1))
    .map(({ conversation }) => conversation.id)
}

/** The ids of one's conversations that are not hidden, the latest active first. */
export const useConversationIds = (): string[] => useChatSelection((state) => idsInState(state, 'active'))

/** The ids of the conversations that one is invited to. */
export const useInvitationIds = (): string[] => useChatSelection((state) => idsInState(state, 'invited'))

/** Is one in no conversation, and invited to none? False until that is known. */
export const useIsInNone = (): boolean =>
  useChatState(({ epoch, conversations, me }) => {
    const isShown = (held: ConversationState) => ['active', 'invited'].includes(stateOf(held, me?.id) ?? 'left')
    return epoch !== null && !Object.values(conversations).some(isShown)
  })

/** One conversation as this device holds it; undefined if one is not in it. */
export const useConversation = (conversationId: string): ConversationState | undefined =>
  useChatState((state) => state.conversations[conversationId])

/** The other person of a direct conversation, oneself in one's own, undefined in a room. */
function otherPerson(held: ConversationState, me: string | undefined): string | undefined {
  if (held.conversation.kind !== 'direct') return undefined
  return Object.keys(held.memberships).find((userId) => userId !== me) ?? me
}

export const useOtherPerson = (conversationId: string): User | undefined =>
  useChatState((state) => {
    const held = state.conversations[conversationId]
    const userId = held && otherPerson(held, state.me?.id)
    return userId === undefined ? undefined : state.users[userId]
  })

type TitleTexts = Texts['conversations']

/** What a conversation is called: the name of the room, or of the other person. */
export function conversationTitle(held: ConversationState, { users, me }: ChatState, texts: TitleTexts): string {
  if (held.conversation.kind === 'room') return held.conversation.name ?? texts.unnamedRoom
  const userId = otherPerson(held, me?.id)
  const name = (userId !== undefined && users[userId]?.displayName) || texts.unnamedDirect
  return userId === me?.id ? texts.withYourself(name) : name
}

export function useConversationTitle(conversationId: string | null): string {
  const texts = useTexts().conversations
  return useChatState((state) => {
    const held = conversationId === null ? undefined : state.conversations[conversationId]
    return held ? conversationTitle(held, state, texts) : ''
  })
}

/** The people of one's direct conversations: whose presence a list shows. */
export const useDirectPeople = (): string[] =>
  useChatSelection((state) => [
    ...new Set(Object.values(state.conversations).flatMap((held) => otherPerson(held, state.me?.id) ?? [])),
  ])
