import type { Reach } from '../features/memberships/reach-store.ts'
import type { Store } from '../storage/store.ts'
import type { Caller } from './context.ts'
import { OperationError } from './operation-error.ts'
import type { Rule } from './policy.ts'

export type MemberRule = Extract<Rule, { for: 'members' }>
export type MemberInput = { conversationId: string } | { messageId: string }

/**
 * Resolves, for each in order, with the caller's reach or, as a value, a refusal: `not_found` without an open
 * membership in a state of the rule, `forbidden` for role or kind, in direct ones `no_contact` for block or no contact.
 */
export async function reachConversations(
  store: Store,
  rule: MemberRule,
  asked: readonly { input: MemberInput; caller: Caller }[],
): Promise<(Reach | OperationError)[]> {
  const wanted: { conversation_id: string; user_id: string }[] = []
  for (const { input, caller } of asked) {
    const conversation_id = 'messageId' in input ? await conversationOf(store, input.messageId) : input.conversationId
    wanted.push({ conversation_id, user_id: caller.user.id })
  }
  const reaches = await store.reaches.all(wanted)
  return reaches.map((way) => {
    if (!way?.membership.is_open || !rule.states.includes(way.membership.state)) return new OperationError('not_found')
    const { kind, direct_blocked, direct_contacts } = way.conversation
    if (!rule.roles.includes(way.membership.role) || !rule.kinds.includes(kind)) return new OperationError('forbidden')
    if (kind === 'room') return way
    const isRefused = (rule.unless && direct_blocked) || (rule.when && !direct_contacts)
    return isRefused ? new OperationError('no_contact') : way
  })
}

/** The id of a message's conversation; the empty id, which no conversation has, if there is no such message. */
const conversationOf = async (store: Store, messageId: string): Promise<string> =>
  (await store.messages.byId(messageId))?.conversation_id ?? ''
