import type { ConversationChange, Input } from '@parley/protocol'
import { untilUnmoved } from '../cache/cache-signals.ts'
import type { ConversationState } from '../chat-state.ts'
import { type ClientContext, read, update } from '../client-context.ts'
import { createTurns } from '../turns.ts'
import { applyPage } from './message-rows.ts'
import { endSeq, firstSeq, messageAt } from './message-window.ts'
import type { Messages, PageOptions } from './messages.ts'

type PagePlace = Pick<Input<'message.page'>, 'before' | 'after' | 'around'>

type History = Pick<Messages, 'loadLatest' | 'loadOlder' | 'loadNewer' | 'loadAround'>

/**
 * Makes `loadLatest`, `loadOlder`, `loadNewer` and `loadAround`, which move the window over a history, and subscribes
 * for good, to reload the newest page of a conversation whose rows were dropped. Loads of one conversation run one
 * after the other. A load resolves without a request if the state holds what it asks for, nothing is left on its side,
 * or the edge that it starts from moved while it waited. Without loaded rows, `loadOlder` and `loadNewer` load the
 * newest page. Rejects as `read` does.
 */
export function createHistory(context: ClientContext): History {
  const { store, signals, logger } = context
  const inTurn = createTurns()
  const held = (conversationId: string) => store.getState().conversations[conversationId]
  /** Loads a page once it is the turn of the conversation; `placeIn` gives undefined if there is nothing to load. */
  const load = (
    conversationId: string,
    options: PageOptions | undefined,
    placeIn: (now: ConversationState | undefined) => PagePlace | undefined,
  ) => {
    const work = async () => {
      const place = placeIn(held(conversationId))
      if (place) await loadPage(context, conversationId, place, options)
    }
    return inTurn(conversationId, work, options?.signal)
  }
  const loadLatest: History['loadLatest'] = (conversationId, options) =>
    load(conversationId, options, (now) => (!now?.messagesLoaded || now.hasAfter ? {} : undefined))
  const loadBeyond =
    (side: 'before' | 'after', hasMore: 'hasBefore' | 'hasAfter', edgeOf: typeof endSeq): History['loadOlder'] =>
    (conversationId, options) => {
      const edge = edgeOf(held(conversationId)?.messages ?? [])
      if (edge === undefined) return loadLatest(conversationId, options)
      // Asked twice, or the window moved while this waited for its turn: the page is there, or not wanted.
      const isWanted = (now: ConversationState | undefined) => now?.[hasMore] && edgeOf(now.messages) === edge
      return load(conversationId, options, (now) => (isWanted(now) ? { [side]: edge } : undefined))
    }
  signals.on('dropped', ({ conversationId, before }) => {
    if (!before.messagesLoaded) return
    loadLatest(conversationId).catch((error) => logger?.debug('messages could not be loaded again', error))
  })
  return {
    loadLatest,
    loadOlder: loadBeyond('before', 'hasBefore', firstSeq),
    loadNewer: loadBeyond('after', 'hasAfter', endSeq),
    loadAround: (conversationId, seq, options) =>
      load(conversationId, options, (now) => (messageAt(now?.messages ?? [], seq) ? undefined : { around: seq })),
  }
}

/**
 * Loads one page into the window. Changes received during the request may be newer than the page: they are collected
 * and merged. If a summary replaced the conversation meanwhile, changes were skipped, and the page is loaded again.
 */
async function loadPage(
  context: ClientContext,
  conversationId: string,
  place: PagePlace,
  { limit, signal }: PageOptions = {},
): Promise<void> {
  let meanwhile: ConversationChange[] = []
  const stop = context.signals.on('changed', (change) => {
    if (change.conversationId === conversationId) meanwhile.push(change)
  })
  try {
    await untilUnmoved(context.signals, conversationId, async (hasMoved) => {
      meanwhile = []
      const input = { conversationId, ...place, limit }
      const { messages, hasBefore, hasAfter: _, ...beside } = await read(context, 'message.page', input, { signal })
      if (hasMoved()) return
      const page = { messages, hasBefore, meanwhile: meanwhile.flatMap((change) => change.messages ?? []) }
      // The rows beside messages that were outside of the window when they came may have been dropped.
      const besides = [...meanwhile.map(({ messages: _, ...rows }) => rows), beside]
      // Messages before side rows, because side rows of messages that were deleted meanwhile are ignored.
      update(context, (state) =>
        besides.reduce(
          (next, rows) => context.cache.applySideRows(next, conversationId, rows),
          applyPage(state, conversationId, page),
        ),
      )
    })
  } finally {
    stop()
  }
}
