import type { Presence, PresenceStatus } from '@parley/protocol'
import { idPattern } from '@parley/protocol/features/message-rules'
import { clientLimits } from '@parley/protocol/limits'
import { putRows, withFields, without } from '../cache/records.ts'
import type { CallOptions, Unsubscribe } from '../chat.ts'
import { ChatError } from '../chat-error.ts'
import { type ClientContext, isOtherPerson, update } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'

/** The presence of this user and of those who are watched; the state has it as `presences`, by user id. */
export interface PresenceWatch {
  /**
   * How this user wants to appear; `offline` hides them. Repeated after each reconnect, also if this call rejects,
   * until another user signs in.
   */
  set(status: PresenceStatus, options?: CallOptions): Promise<Presence>
  /**
   * Keeps the presence of these people up to date in the state until the returned function is called; a second call of
   * that does nothing. At most 500 people in all, of whom the first stay watched. Ids of a wrong form are left out.
   * Presences that no watch needs are removed from the state.
   */
  watch(userIds: readonly string[]): Unsubscribe
}

export interface PresenceState {
  presences: Record<string, Presence>
}

export const presence: ClientFeature<PresenceWatch, PresenceState> = {
  create: (context) => new PresenceWatcher(context),
  state: { initial: { presences: {} }, survivesReset: true },
}

/** Watches begin and end in bursts, when a list scrolls or a page changes: one call tells of all of them. */
const gatherMs = 50
/** Each watch draws on the budget of reads: a list that scrolls for long leaves enough for what the person opens. */
const betweenWatchesMs = 1_000
const againMs = 5_000

/** Keeps the presence of those who are on screen, and one's own wish. */
class PresenceWatcher implements PresenceWatch {
  readonly #context: ClientContext
  /** How many watch each user. */
  readonly #watchers = new Map<string, number>()
  #wish: PresenceStatus | undefined
  #gathering: Unsubscribe | undefined
  #watchedAt = Number.NEGATIVE_INFINITY

  constructor(context: ClientContext) {
    this.#context = context
    context.events.on('presence.updated', (presence) => this.#take([presence]))
    context.store.subscribe((state, before) => {
      if (isOtherPerson(state, before)) this.#wish = undefined
      if (state.status === 'online' && before.status !== 'online') this.#repeat()
    })
  }

  readonly set = async (status: PresenceStatus, options?: CallOptions): Promise<Presence> => {
    this.#wish = status
    const { presence } = await this.#context.call('presence.set', { status }, options)
    this.#take([presence])
    return presence
  }

  readonly watch = (userIds: readonly string[]): Unsubscribe => {
    // One that the server refuses would keep it from answering about the others.
    const ids = [...new Set(userIds)].filter((id) => idPattern.test(id))
    for (const id of ids) this.#watchers.set(id, (this.#watchers.get(id) ?? 0) + 1)
    this.#gather()
    let isWatching = true
    return () => {
      if (!isWatching) return
      isWatching = false
      for (const id of ids) this.#release(id)
      this.#gather()
    }
  }

  #release(id: string): void {
    const left = (this.#watchers.get(id) ?? 0) - 1
    if (left > 0) this.#watchers.set(id, left)
    else this.#watchers.delete(id)
  }

  #gather(afterMs = gatherMs): void {
    const { clock } = this.#context.environment
    // A clock that was set back delays nothing for longer.
    const restMs = Math.min(this.#watchedAt + betweenWatchesMs - clock.now(), betweenWatchesMs)
    this.#gathering ??= clock.after(Math.max(afterMs, restMs), () => {
      this.#gathering = undefined
      this.#watchedAt = clock.now()
      this.#forgetUnwatched()
      this.#tell()
    })
  }

  #repeat(): void {
    const { call, logger } = this.#context
    if (this.#watchers.size > 0) this.#tell()
    if (this.#wish === undefined) return
    call('presence.set', { status: this.#wish }).catch((error) => logger?.debug('presence was not set', error))
  }

  #tell(): void {
    const { call, store, logger } = this.#context
    if (store.getState().status !== 'online') return
    const userIds = [...this.#watchers.keys()]
    if (userIds.length > clientLimits.watched)
      logger?.warn(`only ${clientLimits.watched} people can be watched at once`)
    call('presence.watch', { userIds: userIds.slice(0, clientLimits.watched) }).then(
      ({ presences }) => this.#take(presences),
      (error) => {
        logger?.debug('presence is not watched yet', error)
        if (error instanceof ChatError && !error.final) this.#gather(error.retryAfterMs ?? againMs)
      },
    )
  }

  /** Removes presences that no watch needs: they would only grow old. */
  #forgetUnwatched(): void {
    const isWanted = (id: string) => this.#watchers.has(id) || id === this.#context.store.getState().me?.id
    update(this.#context, (state) => {
      const unwanted = Object.keys(state.presences).filter((id) => !isWanted(id))
      return withFields(state, { presences: unwanted.reduce(without<Presence>, state.presences) })
    })
  }

  #take(given: readonly Presence[]): void {
    update(this.#context, (state) => {
      const wanted = given.filter(({ userId }) => this.#watchers.has(userId) || userId === state.me?.id)
      const news = wanted.filter((row) => !isSame(state.presences[row.userId], row))
      return withFields(state, { presences: putRows(state.presences, news, 'userId') })
    })
  }
}

const isSame = (held: Presence | undefined, given: Presence) =>
  held?.status === given.status && held.lastSeenAt === given.lastSeenAt
