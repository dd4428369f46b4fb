import { changedKeys } from '../cache/records.ts'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-context.ts'
import { createBackoff } from '../connection/backoff.ts'
import { getConversation } from '../conversations/conversations.ts'
import { delay } from '../environment.ts'

/**
 * Asks for the server's unread count where the held messages cannot tell it: subscribes to the store for good, and while
 * online each conversation with `recount` is asked for until its summary ends that. After a refusal it waits for the next
 * change or connection. `whenReported` is awaited before each question: it reports one's own read position first, or the
 * count would be of an older one.
 */
export function recountUnread(context: ClientContext, whenReported: (conversationId: string) => Promise<void>): void {
  const { store, environment, logger } = context
  const asking = new Set<string>()
  /** The conversations whose count waits for the server's. */
  const uncounted = new Set<string>()
  const isWanted = (conversationId: string) =>
    store.getState().status === 'online' && store.getState().conversations[conversationId]?.recount === true

  const ask = async (conversationId: string) => {
    const backoff = createBackoff(environment.random)
    asking.add(conversationId)
    try {
      while (isWanted(conversationId)) {
        await whenReported(conversationId)
        const retryAfterMs = await count(context, conversationId)
        // An answer from another position than the held one counts something else: wait for the change, ask again.
        if (isWanted(conversationId)) await delay(environment.clock, backoff.next(retryAfterMs))
      }
    } catch (error) {
      logger?.debug('unread messages could not be counted', error)
    } finally {
      asking.delete(conversationId)
    }
  }

  const askFor = (conversationIds: Iterable<string>) => {
    for (const conversationId of conversationIds) {
      if (store.getState().conversations[conversationId]?.recount) uncounted.add(conversationId)
      else uncounted.delete(conversationId)
      if (isWanted(conversationId) && !asking.has(conversationId)) void ask(conversationId)
    }
  }

  store.subscribe((state, before) => {
    if (state.conversations !== before.conversations) askFor(changedKeys(before.conversations, state.conversations))
    if (state.status === 'online' && before.status !== 'online') askFor(uncounted)
  })
}

/** Milliseconds that the server wants to be left alone. Throws where asking again is in vain. */
async function count(context: ClientContext, conversationId: string): Promise<number | null> {
  try {
    await getConversation(context, conversationId)
    return null
  } catch (error) {
    if (!(error instanceof ChatError) || error.final || error.code === 'closed') throw error
    return error.retryAfterMs
  }
}
