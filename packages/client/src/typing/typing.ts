import type { Payload } from '@parley/protocol'
import { emptyRecord } from '../cache/records.ts'
import type { Unsubscribe } from '../chat.ts'
import { type ClientContext, update } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { endTyping, forgetTyping, setTyping, type TypingState } from './typing-state.ts'

/** Says that this user types. Who else does is in the state as `typing`. */
export interface Typing {
  /**
   * Tells the other members that this user types. Call it on every keystroke: it sends at most every 2 s in a
   * conversation, and nothing while offline.
   */
  keystroke(conversationId: string): void
  /**
   * Tells the others that this user stopped typing, such as when the text was emptied. Does nothing if they were told
   * of no typing since the last stop or the last sent message: a message ends the typing by itself.
   */
  stop(conversationId: string): void
}

export const typing: ClientFeature<Typing, TypingState> = {
  create: (context) => new TypingNotices(context),
  state: { initial: { typing: emptyRecord }, forget: forgetTyping },
  conversationRows: { messages: { applyOutside: endTyping } },
}

/** Said again at most this often; the server forgets it after 3 s. */
const betweenNoticesMs = 2_000
/** Others' typing ends by itself, should the notice of its end be lost. */
const longestMs = 6_000

/** Tells others that this person types, and keeps who else does. Best effort: what is lost is not repeated. */
class TypingNotices implements Typing {
  readonly #context: ClientContext
  /** When this person's typing was last told, by conversation. */
  readonly #toldAt = new Map<string, number>()
  readonly #expiries = new Map<string, Unsubscribe>()

  constructor(context: ClientContext) {
    this.#context = context
    context.events.on('typing.updated', (notice) => this.#take(notice))
    // For everybody who gets a message, it ends the typing.
    context.signals.on('sent', ({ conversationId }) => this.#toldAt.delete(conversationId))
    context.store.subscribe((state, before) => {
      if (state.status !== before.status && state.status !== 'online') this.#clear()
    })
  }

  readonly keystroke = (conversationId: string): void => {
    const now = this.#context.environment.clock.now()
    const toldAt = this.#toldAt.get(conversationId)
    if (toldAt !== undefined && now >= toldAt && now - toldAt < betweenNoticesMs) return
    this.#toldAt.set(conversationId, now)
    this.#tell(conversationId, true)
  }

  readonly stop = (conversationId: string): void => {
    if (this.#toldAt.delete(conversationId)) this.#tell(conversationId, false)
  }

  #take({ conversationId, userId, isTyping }: Payload<'typing.updated'>): void {
    const key = `${conversationId} ${userId}`
    this.#expiries.get(key)?.()
    this.#expiries.delete(key)
    if (isTyping) {
      const { clock } = this.#context.environment
      this.#expiries.set(
        key,
        clock.after(longestMs, () => this.#take({ conversationId, userId, isTyping: false })),
      )
    }
    update(this.#context, (state) => {
      const others = (state.typing[conversationId] ?? []).filter((id) => id !== userId)
      if (!isTyping || !state.conversations[conversationId]) return setTyping(state, conversationId, others)
      return setTyping(state, conversationId, [...others, userId])
    })
  }

  #tell(conversationId: string, isTyping: boolean): void {
    const { call, store, logger } = this.#context
    if (store.getState().status !== 'online') return
    call('typing.set', { conversationId, isTyping }).catch((error) => logger?.debug('typing was not told', error))
  }

  #clear(): void {
    for (const cancel of this.#expiries.values()) cancel()
    this.#expiries.clear()
    this.#toldAt.clear()
    update(this.#context, (state) => (Object.keys(state.typing).length > 0 ? { ...state, typing: emptyRecord } : state))
  }
}
