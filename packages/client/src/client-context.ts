import type { ConversationSummary, Input, Output } from '@parley/protocol'
import type { StoreApi } from 'zustand/vanilla'
import type { Cache } from './cache/cache.ts'
import { type CacheSignals, tellEntered } from './cache/cache-signals.ts'
import type { CallName, CallOptions, Chat, ChatEvents, Logger } from './chat.ts'
import { ChatError } from './chat-error.ts'
import type { ChatState } from './chat-state.ts'
import type { Requests } from './connection/requests.ts'
import type { Emitter } from './emitter.ts'
import type { Environment } from './environment.ts'

/** The parts of a chat that every feature gets. */
export interface ClientContext {
  store: StoreApi<ChatState>
  cache: Cache
  call: Chat['call']
  requests: Requests
  /** Live events of the protocol, each once. Apps get them by `chat.on`. */
  events: Emitter<ChatEvents>
  /** Changes of the cache, by live events and by syncs, for features. Apps subscribe to the store instead. */
  signals: Emitter<CacheSignals>
  environment: Environment
  logger: Logger | undefined
}

/**
 * Replaces the state by what `change` returns for the present one, at once. `change` must return a whole state without
 * modifying the given one, and the same object if nothing changes: then no subscriber is called. Subscribers run before
 * this returns, unless this is called by one of them: then they get this change after the one before it.
 */
export const update = ({ store }: Pick<ClientContext, 'store'>, change: (state: ChatState) => ChatState): void =>
  store.setState(change, true)

/**
 * Waits for an answer, takes it into the state by `take`, and resolves with it; rejects as `answer` does. Skips `take` if
 * everything began anew meanwhile: the revs of a history that a backup replaced mean nothing in the new one.
 *
 * @example const { contact } = await taking(context, call('contact.accept', { userId }), takeContact)
 */
export async function taking<A>(
  context: Pick<ClientContext, 'store'>,
  answer: Promise<A>,
  take: (state: ChatState, answer: A) => ChatState,
): Promise<A> {
  const { epoch } = context.store.getState()
  const taken = await answer
  update(context, (state) => ((epoch ?? state.epoch) === state.epoch ? take(state, taken) : state))
  return taken
}

/**
 * Is the person whom the state had before gone with this change, because another one signed in? False if it had none.
 */
export const isOtherPerson = ({ me }: ChatState, before: ChatState): boolean =>
  before.me !== null && before.me.id !== me?.id

/**
 * Runs an operation that changes nothing, again as often as the connection is lost before the answer. Rejects with
 * `timed_out` if a try finds no connection or gets no answer in time, with `closed` once the client is closed, with
 * `invalid_input` for what cannot be sent, with the server’s error, also the one by which it refused the connection,
 * and with the reason of an abort. Puts nothing into the state.
 */
export async function read<N extends CallName>(
  { call }: Pick<ClientContext, 'call'>,
  name: N,
  input: Input<N>,
  options: CallOptions = {},
): Promise<Output<N>> {
  for (;;) {
    try {
      return await call(name, input, options)
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'disconnected') throw error
    }
  }
}

/**
 * Takes the summaries in an answer into the state. Skips conversations that the user has left since, and summaries
 * without an active or invited membership of the user. Then emits `entered` for each that was added or moved to its
 * summary’s position, and `behind` for each that misses changes before it and keeps its position: a sync follows.
 */
export function takeSummaries(context: ClientContext, summaries: readonly ConversationSummary[]): void {
  const { store, cache, signals } = context
  const before = store.getState()
  const after = summaries.reduce((state, summary) => cache.applySummary(state, summary), before)
  store.setState(after, true)
  tellEntered(signals, before, after, summaries)
  for (const { conversation, rev } of summaries) {
    const held = after.conversations[conversation.id]
    if (held && held.rev < rev) signals.emit('behind', { conversationId: conversation.id })
  }
}
