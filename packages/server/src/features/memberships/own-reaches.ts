import type { Store } from '../../storage/store.ts'
import type { Reach } from './reach-store.ts'

/**
 * The reaches of a user in those of these conversations of which they are an active member, each once and in their
 * order. Leaves out removed rooms, and all of them for a suspended user. Throws nothing for unknown ids.
 */
export async function ownReaches(store: Store, userId: string, conversationIds: readonly string[]): Promise<Reach[]> {
  const keys = [...new Set(conversationIds)].map((conversation_id) => ({ conversation_id, user_id: userId }))
  const found = await store.reaches.all(keys)
  return found.flatMap((reach) => {
    const isOpen = reach?.membership.state === 'active' && Boolean(reach.membership.is_open)
    return reach && isOpen ? [reach] : []
  })
}
