import { changedKeys } from '../cache/records.ts'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-context.ts'
import { createBackoff } from '../connection/backoff.ts'
import { getConversation } from '../conversations/conversations.ts'
import { delay } from '../environment.ts'

/**
 * Asks for the server's unread count where the held messages cannot tell it: the constructor subscribes to the store
 * for good, and while online each conversation with `recount` is asked for until its summary ends that. After a refusal
 * it waits for the next change or connection. `whenReported` is awaited before each question.
 */
export class UnreadRecount {
  readonly #context: ClientContext
  /** Reports one's own read position first, or the count would be of an older one. */
  readonly #whenReported: (conversationId: string) => Promise<void>
  readonly #asking = new Set<string>()
  /** The conversations whose count waits for the server's. */
  readonly #uncounted = new Set<string>()

  constructor(context: ClientContext, whenReported: (conversationId: string) => Promise<void>) {
    this.#context = context
    this.#whenReported = whenReported
    context.store.subscribe((state, before) => {
      if (state.conversations !== before.conversations) {
        this.#askFor(changedKeys(before.conversations, state.conversations))
      }
      if (state.status === 'online' && before.status !== 'online') this.#askFor(this.#uncounted)
    })
  }

  #askFor(conversationIds: Iterable<string>): void {
    const { conversations, status } = this.#context.store.getState()
    for (const conversationId of conversationIds) {
      if (!conversations[conversationId]?.recount) {
        this.#uncounted.delete(conversationId)
        continue
      }
      this.#uncounted.add(conversationId)
      if (status === 'online' && !this.#asking.has(conversationId)) void this.#ask(conversationId)
    }
  }

  async #ask(conversationId: string): Promise<void> {
    const { store, environment, logger } = this.#context
    const backoff = createBackoff(environment.random)
    const isWanted = () =>
      store.getState().status === 'online' && store.getState().conversations[conversationId]?.recount === true
    this.#asking.add(conversationId)
    try {
      while (isWanted()) {
        await this.#whenReported(conversationId)
        const retryAfterMs = await this.#count(conversationId)
        // An answer from another position than the held one counts something else: wait for the change, ask again.
        if (isWanted()) {
          await delay(environment.clock, backoff.next(retryAfterMs))
        }
      }
    } catch (error) {
      logger?.debug('unread messages could not be counted', error)
    } finally {
      this.#asking.delete(conversationId)
    }
  }

  /** Milliseconds that the server wants to be left alone. Throws where asking again is in vain. */
  async #count(conversationId: string): Promise<number | null> {
    try {
      await getConversation(this.#context, conversationId)
      return null
    } catch (error) {
      if (!(error instanceof ChatError) || error.final || error.code === 'closed') throw error
      return error.retryAfterMs
    }
  }
}
