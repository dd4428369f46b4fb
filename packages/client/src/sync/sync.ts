import type { ConversationSummary, DurableEventName, Input, Output } from '@parley/protocol'
import { clientLimits } from '@parley/protocol/limits'
import type { Outcome } from '../cache/cache.ts'
import { tellEntered } from '../cache/cache-signals.ts'
import { isMember } from '../cache/held-conversation.ts'
import { ChatError } from '../chat-error.ts'
import type { ConversationState } from '../chat-state.ts'
import type { ClientContext } from '../client-context.ts'
import { type Backoff, createBackoff } from '../connection/backoff.ts'
import type { Arrival } from '../connection/socket-line.ts'
import { delay } from '../environment.ts'

export type DurableArrival = Extract<Arrival, { name: DurableEventName }>
type Answer = Output<'sync.run'>

type SyncContext = Pick<ClientContext, 'store' | 'cache' | 'call' | 'signals' | 'logger' | 'environment'>

/** What one answer brought of a sync. */
interface Piece {
  /** Everything was dropped before it. */
  isAnew: boolean
  /** The account came further than it was. */
  isFurther: boolean
  hasMore: boolean
  /** The conversations of which nothing is left to be asked for. */
  complete: string[]
}

interface SyncHooks {
  /** A live event took effect. */
  tell(arrival: DurableArrival): void
  /** The server did not answer in time: the connection may be dead without knowing it. */
  silent(): void
}

/** More conversations than this fill no screen. */
const mostShown = 50

/** More live events than this are not kept for later; the sync brings them. */
const mostHeld = 1_000

/**
 * Keeps the state in step with the server: live events in order, and syncs for what is missing between them. Begin each
 * connection with `pause` and then `run`: until that sync is done, live events only wait. A signal `behind` starts a
 * sync, too.
 */
export class Sync {
  readonly #context: SyncContext
  readonly #hooks: SyncHooks
  /** Live events that came before what they build on. */
  #held: DurableArrival[] = []
  /** Counts the connections; the one whose first sync is through is the live one. */
  #line = 0
  /** Some that had no place any more may have come after the running sync was read: another one brings them. */
  #isOverfull = false
  #liveLine = -1
  /** What was held when everything began anew, until a sync has brought it again or is complete. */
  readonly #lost = new Map<string, ConversationState>()
  readonly #backoff: Backoff
  /** Drops what is to be asked for again later. */
  #dropRequest: (() => void) | undefined
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(context: SyncContext, hooks: SyncHooks) {
    this.#context = context
    this.#hooks = hooks
    this.#backoff = createBackoff(context.environment.random)
    context.signals.on('behind', () => this.request())
  }

  /**
   * A new connection begins, or the client ends. Events of the old one mean nothing any more, and those of the new one
   * wait for its first sync: the server may have been restored from a backup, and then they continue another history
   * than the held one. Does not stop a running sync.
   */
  pause(): void {
    this.#line++
    this.#held = []
    this.#dropRequest?.()
    this.#dropRequest = undefined
  }

  /**
   * Applies a live event and calls `tell`, then goes on with those that waited for it. Drops one that is known. One
   * that builds on something missing waits, and a gap before it starts a sync. Before the first sync of a connection,
   * all wait.
   */
  receive(arrival: DurableArrival): void {
    if (this.#liveLine !== this.#line) {
      this.#hold(arrival)
      return
    }
    const outcome = this.#take(arrival)
    if (outcome === 'applied') this.#drain()
    else if (outcome !== 'known') this.#hold(arrival)
    if (outcome === 'gap' || this.#isBehind(arrival)) this.request()
  }

  /**
   * Runs a sync, never two at once: a call during one gets the next, which sees what happened before the call. Resolves
   * when the state has all of it; rejects with the error of an operation, and does not try again, except where the
   * server names a time.
   */
  run(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#once().finally(() => {
        this.#running = undefined
      })
      return this.#running
    }
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined
        return this.run()
      })
    return this.#next
  }

  /**
   * Starts a sync without waiting for it. After an error it tries again while this connection lasts; if the server did
   * not answer in time, it calls `silent` instead.
   */
  request(): void {
    const line = this.#line
    this.run().then(
      () => this.#backoff.reset(),
      (error) => {
        this.#context.logger?.debug('a sync did not finish', error)
        const code = error instanceof ChatError ? error.code : undefined
        if (code === 'timed_out') this.#hooks.silent()
        else if (line === this.#line && code !== 'disconnected' && code !== 'closed') this.#requestLater()
      },
    )
  }

  /** The next connection begins with a sync by itself; while this one stays, nothing else may ask again. */
  #requestLater(): void {
    const { environment } = this.#context
    this.#dropRequest ??= environment.clock.after(this.#backoff.next(), () => {
      this.#dropRequest = undefined
      this.request()
    })
  }

  async #once(): Promise<void> {
    const { store } = this.#context
    const heldBefore = new Set(this.#held)
    const line = this.#line
    this.#isOverfull = false
    const members = Object.keys(store.getState().conversations).filter((id) => isMember(store.getState(), id))
    await this.#askAll(members)
    this.#lost.clear()
    this.#liveLine = line
    this.#drain()
    // What came before the question was answered by it, or is of no concern to this person.
    this.#held = this.#held.filter((arrival) => !heldBefore.has(arrival))
    if (this.#isOverfull || this.#held.some((arrival) => this.#isMissingBefore(arrival))) this.request()
  }

  /** Asks again until nothing is left of the account and of these conversations; each answer is applied as it comes. */
  async #askAll(conversationIds: readonly string[]): Promise<void> {
    let left = conversationIds
    for (let isLeft = true; isLeft; ) {
      const asked = left.slice(0, clientLimits.positions)
      const { isAnew, isFurther, hasMore, complete } = await this.#ask(asked)
      const done = new Set(hasMore ? complete : asked)
      const next = isAnew ? [] : left.filter((id) => !done.has(id))
      // A server that says more and brings nothing would be asked for ever; the next event finds what is missing.
      if (hasMore && !isFurther && next.length === left.length) break
      left = next
      isLeft = hasMore || left.length > 0
    }
  }

  /** Asks what changed in these conversations and in the account, and takes in as much as the answer brings. */
  async #ask(conversationIds: readonly string[]): Promise<Piece> {
    const { store, call } = this.#context
    const { epoch, rev, conversations } = store.getState()
    const positions = conversationIds.flatMap((conversationId) => {
      const held = conversations[conversationId]
      return held ? [{ conversationId, rev: held.rev }] : []
    })
    const known = epoch === null || rev === null ? {} : { epoch, rev }
    const answer = await this.#answerTo({ ...known, positions })
    const { me } = store.getState()
    const user = answer.account.user ?? me ?? (await call('user.me', {})).user
    const account = { ...answer.account, user }
    const complete = [
      ...answer.changes.map((change) => change.conversationId),
      ...answer.resets.map((summary) => summary.conversation.id),
    ]
    const isFurther = answer.epoch !== epoch || account.rev > (rev ?? 0)
    const piece = { isAnew: answer.reset, isFurther, hasMore: answer.hasMore, complete }
    if (answer.reset) {
      await this.#startAnew({ ...answer, account })
      return piece
    }
    if (me && me.id !== user.id) {
      // Another person signed in. Their positions are not ours: ask again as somebody who holds nothing.
      store.setState({ epoch: null, rev: null })
      return this.#ask([])
    }
    // Left meanwhile, it may have been entered again since, on another device: the answer builds on what is gone.
    const held = store.getState().conversations
    if (positions.some(({ conversationId }) => !held[conversationId])) return this.#ask(conversationIds)
    this.#apply({ ...answer, account }, rev ?? 0, new Map(positions.map((p) => [p.conversationId, p.rev])))
    return piece
  }

  /**
   * Where the server names a time, asks again after it: a large account is worth more pieces than a budget allows at
   * once, and without a new connection or a gap nothing else would ask for the rest.
   */
  async #answerTo(input: Input<'sync.run'>): Promise<Answer> {
    const { call, environment } = this.#context
    const line = this.#line
    for (;;) {
      try {
        return await call('sync.run', input)
      } catch (error) {
        const waitMs = error instanceof ChatError ? error.retryAfterMs : null
        if (waitMs === null) throw error
        await delay(environment.clock, waitMs)
        // The next connection has begun, and with it a sync of its own.
        if (line !== this.#line) throw error
      }
    }
  }

  async #startAnew({ account, epoch, hasMore }: Answer): Promise<void> {
    const { store, cache, signals } = this.#context
    // Known before the list is asked for, so that what is sent meanwhile is kept.
    if (!store.getState().me) store.setState({ me: account.user ?? null })
    const latest = hasMore ? await this.#latest() : []
    const { conversations, me } = store.getState()
    // What another person held is nothing to this one.
    if (me?.id !== account.user?.id) this.#lost.clear()
    else for (const [id, held] of Object.entries(conversations)) this.#lost.set(id, held)
    const summaries = [...account.summaries, ...latest]
    store.setState((state) => cache.resetAccount(state, { ...account, summaries }, epoch), true)
    for (const conversationId of Object.keys(store.getState().conversations)) {
      signals.emit('entered', { conversationId })
      this.#tellReturned(conversationId)
    }
  }

  /**
   * The conversations that a list begins with. The pieces of a sync bring all of them in the order of their changes,
   * the latest active last: a person with thousands would wait for what they look for.
   */
  async #latest(): Promise<readonly ConversationSummary[]> {
    try {
      return (await this.#context.call('conversation.list', { limit: mostShown })).summaries
    } catch (error) {
      this.#context.logger?.debug('the latest conversations could not be asked for', error)
      return []
    }
  }

  /** A conversation that was dropped when everything began anew is held again. */
  #tellReturned(conversationId: string): void {
    const before = this.#lost.get(conversationId)
    if (!before || !this.#context.store.getState().conversations[conversationId]) return
    this.#lost.delete(conversationId)
    this.#context.signals.emit('dropped', { conversationId, before })
  }

  #apply({ account, changes, resets }: Answer, rev: number, asked: ReadonlyMap<string, number>): void {
    const { store, cache, signals } = this.#context
    const before = store.getState()
    const withAccount = cache.applyAccountChange(before, account, rev).state
    let state = withAccount
    const applied = changes.filter((change) => {
      const result = cache.applyChange(state, change, asked.get(change.conversationId))
      state = result.state
      return result.outcome === 'applied'
    })
    const restarted = resets.filter((summary) => {
      const { id } = summary.conversation
      const held = state.conversations[id]?.rev ?? 0
      // Live events may have brought us further meanwhile, step by step: then nothing is missing.
      if (held >= summary.rev && summary.rev >= (asked.get(id) ?? 0)) return false
      state = cache.resetConversation(state, summary)
      return true
    })
    store.setState(state, true)
    for (const change of applied) signals.emit('changed', change)
    tellEntered(signals, before, withAccount, account.summaries)
    for (const { conversation } of account.summaries) this.#tellReturned(conversation.id)
    for (const { conversation } of restarted) {
      const old = before.conversations[conversation.id]
      signals.emit('entered', { conversationId: conversation.id })
      if (old) signals.emit('dropped', { conversationId: conversation.id, before: old })
    }
  }

  #take(arrival: DurableArrival): Outcome {
    const { store, cache, signals } = this.#context
    const before = store.getState()
    const { state, outcome } =
      arrival.name === 'account.updated'
        ? cache.applyAccountChange(before, arrival.payload)
        : cache.applyChange(before, arrival.payload)
    if (outcome !== 'applied') return outcome
    store.setState(state, true)
    if (arrival.name === 'account.updated') {
      tellEntered(signals, before, state, arrival.payload.summaries)
    } else {
      signals.emit('changed', arrival.payload)
    }
    this.#hooks.tell(arrival)
    return outcome
  }

  /** Takes what waited and fits now, until nothing more does. */
  #drain(): void {
    for (let moved = true; moved && this.#held.length > 0; ) {
      const waiting = this.#held.sort((a, b) => a.payload.rev - b.payload.rev)
      this.#held = []
      const left = waiting.filter((arrival) => {
        const outcome = this.#take(arrival)
        return outcome === 'gap' || outcome === 'unknown'
      })
      moved = left.length < waiting.length
      this.#held.push(...left)
    }
  }

  #hold(arrival: DurableArrival): void {
    if (this.#held.length < mostHeld) this.#held.push(arrival)
    else this.#isOverfull = true
  }

  #isMissingBefore({ name, payload }: DurableArrival): boolean {
    const state = this.#context.store.getState()
    if (name === 'account.updated') return state.rev !== null && payload.rev > state.rev + 1
    const held = state.conversations[payload.conversationId]
    return held !== undefined && isMember(state, payload.conversationId) && payload.rev > held.rev + 1
  }

  /** Does a summary show that a held conversation missed something? */
  #isBehind({ name, payload }: DurableArrival): boolean {
    if (name !== 'account.updated') return false
    const { conversations } = this.#context.store.getState()
    return payload.summaries.some(({ conversation, rev }) => rev > (conversations[conversation.id]?.rev ?? rev))
  }
}
