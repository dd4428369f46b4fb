import type { Role } from '@parley/protocol'
import type { Reach } from '../features/memberships/membership-store.ts'
import type { Store } from '../storage/store.ts'
import type { Caller } from './context.ts'
import { OperationError } from './operation-error.ts'
import type { Rule } from './policy.ts'

type MemberRule = Extract<Rule, { for: 'members' }>
type MemberInput = { conversationId: string } | { messageId: string }

/**
 * The callers' ways into the conversations that their inputs name, where the rule allows what they ask.
 * What one may not see answers exactly like what does not exist.
 */
export async function reachConversations(
  store: Store,
  rule: MemberRule,
  asked: readonly { input: MemberInput; caller: Caller }[],
): Promise<(Reach | OperationError)[]> {
  const places: { conversation_id: string; user_id: string }[] = []
  for (const { input, caller } of asked) {
    const conversation_id = 'messageId' in input ? await conversationOf(store, input.messageId) : input.conversationId
    places.push({ conversation_id, user_id: caller.user.id })
  }
  const reaches = await store.memberships.reachAll(places)
  return reaches.map((reach) => {
    if (!reach || !rule.states.includes(reach.membership.state)) return new OperationError('not_found')
    const { role } = reach.membership
    return rule.roles.includes(role) && rule.kinds.includes(reach.conversation.kind)
      ? reach
      : new OperationError('forbidden')
  })
}

/** No conversation has an empty id. */
const conversationOf = async (store: Store, messageId: string): Promise<string> =>
  (await store.messages.byId(messageId))?.conversation_id ?? ''

/** Refuses the use of somebody else's thing to those whose role does not reach that far. */
export function mayTouch(rule: { others: readonly Role[] }, reach: Reach, ownerId: string): void {
  const { user_id, role } = reach.membership
  if (user_id !== ownerId && !rule.others.includes(role)) throw new OperationError('forbidden')
}
