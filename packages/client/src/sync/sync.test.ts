import type { AccountChange, ConversationChange, ConversationSummary, Input, Output } from '@parley/protocol'
import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { Cache } from '../cache/cache.ts'
import type { CacheSignals } from '../cache/cache-signals.ts'
import type { Chat } from '../chat.ts'
import { ChatError } from '../chat-error.ts'
import type { ChatState } from '../chat-state.ts'
import { createEmitter } from '../emitter.ts'
import { type Clock, systemEnvironment } from '../environment.ts'
import { features } from '../features.ts'
import { ModelServer, userOf } from '../testing/model-server.ts'
import { type DurableArrival, Sync } from './sync.ts'

const cache = new Cache(features)

/** What the syncs here wait for is over at once. */
const waits: number[] = []
const environment = {
  ...systemEnvironment,
  random: () => 0.5,
  clock: {
    now: () => 0,
    after: (ms: number, run: () => void) => {
      waits.push(ms)
      queueMicrotask(run)
      return () => {}
    },
  },
}
const hooks = { tell: () => {}, silent: () => {} }

/** A sync that asks a model, which may be replaced as by a backup; answers come at once. */
function syncWith(first: ModelServer) {
  let [server, epoch] = [first, 'one']
  const store = createStore<ChatState>(() => cache.emptyState)
  const signals = createEmitter<CacheSignals>(undefined)
  const asked: unknown[] = []
  const call = (async (_: string, input: { epoch?: string; rev?: number }) => {
    asked.push(input)
    const isKnown = input.epoch === epoch
    const answer = server.call('sync.run', isKnown ? input : {})
    server.answer(0)
    return { ...((await answer) as Output<'sync.run'>), epoch }
  }) as Chat['call']
  const sync = new Sync({ store, cache, call, signals, environment, logger: undefined }, hooks)
  const restore = (next: ModelServer) => {
    server = next
    epoch = 'two'
  }
  const held = () => store.getState().conversations[first.id]
  return { sync, store, signals, asked, restore, held }
}

const created = (payload: ConversationChange | undefined): DurableArrival => {
  if (!payload) throw new Error('there is no such event')
  return { name: 'message.created', payload }
}

test('after a restored backup nothing of the old history is taken in, and nothing of the new one too early', async () => {
  const [lost, restored] = [new ModelServer(), new ModelServer()]
  const { sync, store, restore, held } = syncWith(lost)
  await sync.run()
  for (let i = 0; i < 4; i++) lost.send('bob')
  // They come over a connection that is lost before its first sync.
  sync.pause()
  for (const event of lost.events) sync.receive(created(event))
  restored.send('bob')
  restore(restored)
  sync.pause()
  sync.receive(created(restored.events[0]))
  expect(held()?.lastSeq).not.toBe(1)
  await sync.run()
  expect(store.getState().epoch).toBe('two')
  expect(held()).toMatchObject({ rev: restored.rev, lastSeq: 1 })
  restored.send('bob')
  sync.receive(created(restored.events[1]))
  expect(held()).toMatchObject({ rev: restored.rev, lastSeq: 2 })
})

test('a summary that shows a missed change asks for it', async () => {
  const server = new ModelServer()
  const { sync, signals, asked, held } = syncWith(server)
  await sync.run()
  server.send('bob')
  signals.emit('behind', { conversationId: server.id })
  await expect.poll(() => held()?.rev).toBe(server.rev)
  expect(asked).toHaveLength(2)
})

test('more events than fit while a connection begins are brought by another sync', async () => {
  const server = new ModelServer()
  const { sync, asked, held } = syncWith(server)
  await sync.run()
  sync.pause()
  const running = sync.run()
  for (let i = 0; i < 1_001; i++) server.send('bob')
  for (const event of server.events) sync.receive(created(event))
  await running
  await expect.poll(() => held()?.rev).toBe(server.rev)
  expect(asked.length).toBeGreaterThan(2)
})

/** A sync whose account and conversations are answered by the test, piece for piece. */
function syncInPieces(
  answerOf: (input: Input<'sync.run'>, asked: number) => Partial<Output<'sync.run'>>,
  clock: Clock = environment.clock,
  latest: () => ConversationSummary[] = () => [],
) {
  const store = createStore<ChatState>(() => cache.emptyState)
  const signals = createEmitter<CacheSignals>(undefined)
  const asked: Input<'sync.run'>[] = []
  const call = (async (name: string, input: Input<'sync.run'>) => {
    if (name === 'conversation.list') return { summaries: latest(), hasMore: true }
    asked.push(input)
    const empty = { epoch: 'one', reset: asked.length === 1, changes: [], resets: [], hasMore: false }
    return { ...empty, ...answerOf(input, asked.length) }
  }) as Chat['call']
  const sync = new Sync(
    { store, cache, call, signals, environment: { ...environment, clock }, logger: undefined },
    hooks,
  )
  return { sync, store, signals, asked }
}

const summaryOf = (id: string) => {
  const summary = new ModelServer().summary()
  return {
    ...summary,
    conversation: { ...summary.conversation, id },
    memberships: summary.memberships.map((row) => ({ ...row, conversationId: id })),
  }
}

const accountOf = (rev: number, ...ids: string[]): AccountChange => {
  const summaries = ids.map(summaryOf)
  return { rev, user: userOf('me'), memberships: summaries.flatMap(({ memberships }) => memberships), summaries }
}

test('the user is known while the latest conversations are still asked for', async () => {
  const meanwhile: (string | undefined)[] = []
  const { sync, store } = syncInPieces(
    (_, asked) => ({ account: accountOf(1), hasMore: asked === 1 }),
    undefined,
    () => {
      meanwhile.push(store.getState().me?.id)
      return []
    },
  )
  await sync.run()
  expect(meanwhile).toEqual(['me'])
})

test('A1: a sync asks until nothing is left, from the positions reached, and applies each answer as it comes', async () => {
  const heldAt: number[] = []
  const { sync, store, asked } = syncInPieces((_, count) => {
    heldAt.push(Object.keys(store.getState().conversations).length)
    return { account: accountOf(count * 10, `c${count}`), hasMore: count < 3 }
  })
  await sync.run()
  expect(heldAt).toEqual([0, 1, 2])
  expect(asked.map(({ rev }) => rev)).toEqual([undefined, 10, 20])
  expect(store.getState().rev).toBe(30)
})

test('A1: what one answer had no room for is asked for again, and what it brought is not', async () => {
  const { sync, asked } = syncInPieces((input, count) => {
    if (count === 1) return { account: accountOf(1, 'c1', 'c2', 'c3') }
    const first = input.positions?.[0]
    return {
      account: { rev: 1, user: userOf('me'), memberships: [], summaries: [] },
      changes: first ? [{ conversationId: first.conversationId, rev: first.rev + 1 }] : [],
      hasMore: count < 4,
    }
  })
  await sync.run()
  await sync.run()
  const ids = asked.map(({ positions = [] }) => positions.map(({ conversationId }) => conversationId))
  expect(ids).toEqual([[], ['c1', 'c2', 'c3'], ['c2', 'c3'], ['c3']])
})

test('A1: a server that says more and brings nothing is not asked for ever', async () => {
  const { sync, asked } = syncInPieces(() => ({ account: accountOf(1, 'c1'), reset: true, hasMore: true }))
  await sync.run()
  expect(asked).toHaveLength(2)
  const named = syncInPieces((_, count) => ({
    account: accountOf(1, 'c1'),
    reset: count === 1,
    changes: [{ conversationId: 'c1', rev: count + 9 }],
    hasMore: true,
  }))
  await named.sync.run()
  expect(named.asked).toHaveLength(2)
})

test('nothing is loaded again for another person of what the one before had loaded', async () => {
  const { sync, store, signals } = syncInPieces((_, count) => {
    if (count === 1) return { account: accountOf(1, 'c1') }
    if (count === 2) return { account: accountOf(1), reset: true, hasMore: true }
    if (count === 3) throw new ChatError('disconnected', 'The connection is lost.')
    const { summaries } = accountOf(1, 'c1')
    const memberships = summaries.flatMap((summary) => summary.memberships).map((row) => ({ ...row, userId: 'bob' }))
    const his = summaries.map((summary) => ({ ...summary, memberships }))
    return { account: { rev: 1, user: userOf('bob'), memberships, summaries: his }, reset: true }
  })
  const dropped: unknown[] = []
  signals.on('dropped', (conversation) => void dropped.push(conversation))
  await sync.run()
  await expect(sync.run()).rejects.toMatchObject({ code: 'disconnected' })
  await sync.run()
  const { me, conversations } = store.getState()
  expect([me?.id, ...Object.keys(conversations)]).toEqual(['bob', 'c1'])
  expect(dropped).toEqual([])
})

test('A1: what was loaded of a conversation that a later piece brings again is loaded again', async () => {
  const { sync, store, signals } = syncInPieces((_, count) => {
    if (count === 1) return { account: accountOf(1, 'c1', 'c2') }
    if (count === 2) return { account: accountOf(1, 'c1'), epoch: 'two', reset: true, hasMore: true }
    return { account: accountOf(2, 'c2'), epoch: 'two' }
  })
  const dropped: string[] = []
  signals.on('dropped', ({ conversationId }) => void dropped.push(conversationId))
  await sync.run()
  await sync.run()
  expect(dropped).toEqual(['c1', 'c2'])
  expect(Object.keys(store.getState().conversations)).toEqual(['c1', 'c2'])
})

test('a first sync of several pieces begins with the latest conversations, and each piece shows at once', async () => {
  const shown: string[][] = []
  const { sync, store } = syncInPieces(
    (_, count) => {
      shown.push(Object.keys(store.getState().conversations).sort())
      return { account: accountOf(count * 10, `c${count}`), hasMore: count < 3 }
    },
    environment.clock,
    () => [summaryOf('c3')],
  )
  await sync.run()
  expect(shown).toEqual([[], ['c1', 'c3'], ['c1', 'c2', 'c3']])
  expect(Object.keys(store.getState().conversations).sort()).toEqual(['c1', 'c2', 'c3'])
})

test('a first sync goes on where the latest conversations cannot be had, and asks for none that one answer brings', async () => {
  const refused = syncInPieces(
    (_, count) => ({ account: accountOf(count, `c${count}`), hasMore: count < 2 }),
    environment.clock,
    () => {
      throw new ChatError('rate_limited', 'Too often.', { requestId: '', retryAfterMs: 4_000 })
    },
  )
  await refused.sync.run()
  expect(Object.keys(refused.store.getState().conversations)).toEqual(['c1', 'c2'])
  let listed = 0
  const small = syncInPieces(
    () => ({ account: accountOf(1, 'c1') }),
    environment.clock,
    () => {
      listed++
      return []
    },
  )
  await small.sync.run()
  expect(listed).toBe(0)
})

test('A1: live events that come between the pieces wait for those that bring what they build on', async () => {
  const hear: { now?: () => void } = {}
  const { sync, store } = syncInPieces((_, count) => {
    if (count === 2) hear.now?.()
    return { account: accountOf(count, `c${count}`), hasMore: count < 2 }
  })
  sync.pause()
  const { rev } = summaryOf('c2')
  hear.now = () => sync.receive(created({ conversationId: 'c2', rev: rev + 1 }))
  await sync.run()
  expect(store.getState().conversations.c2?.rev).toBe(rev + 1)
})

test('A1: a sync of more pieces than the budget allows at once waits as long as it is asked to, and goes on', async () => {
  const { sync, store, signals, asked } = syncInPieces((_, count) => {
    if (count === 3) throw new ChatError('rate_limited', 'Too often.', { requestId: '', retryAfterMs: 4_000 })
    return { account: accountOf(count * 10, `c${count}`), hasMore: count === 2 }
  })
  await sync.run()
  // Nothing but this asks: the connection stays, and no event shows a gap.
  signals.emit('behind', { conversationId: 'c1' })
  await expect.poll(() => Object.keys(store.getState().conversations)).toEqual(['c1', 'c2', 'c4'])
  expect(waits).toEqual([4_000])
  expect(asked.map(({ rev }) => rev)).toEqual([undefined, 10, 20, 20])
})

test('A1: what waits to ask again leaves that to the next connection once there is one', async () => {
  const { sync, asked } = syncInPieces((_, count) => {
    if (count > 1) return { account: accountOf(count, 'c1') }
    queueMicrotask(() => sync.pause())
    throw new ChatError('rate_limited', 'Too often.', { requestId: '', retryAfterMs: 4_000 })
  })
  await expect(sync.run()).rejects.toThrow('Too often.')
  expect(asked).toHaveLength(1)
})

test('a sync that fails while the connection stays is repeated, each time after a longer wait', async () => {
  const before = waits.length
  const { sync, store, signals } = syncInPieces((_, count) => {
    if (count === 1) return { account: accountOf(1, 'c1') }
    if (count < 5) throw new ChatError('internal', 'It broke.')
    return { account: accountOf(count, 'c5') }
  })
  await sync.run()
  signals.emit('behind', { conversationId: 'c1' })
  await expect.poll(() => store.getState().rev).toBe(5)
  expect(waits.slice(before)).toEqual([250, 500, 1_000])
})

test.each<ChatError['code']>(['timed_out', 'disconnected', 'closed'])(
  '%s leaves the next sync to the next connection',
  async (code) => {
    const before = waits.length
    const { sync, asked, signals } = syncInPieces((_, count) => {
      if (count > 1) throw new ChatError(code, 'No answer.')
      return { account: accountOf(1, 'c1') }
    })
    await sync.run()
    signals.emit('behind', { conversationId: 'c1' })
    await expect(sync.run()).rejects.toMatchObject({ code })
    expect([waits.slice(before), asked.length]).toEqual([[], 3])
  },
)

test('what waits to be repeated is dropped when the next connection begins', async () => {
  const timers = new Set<() => void>()
  const clock: Clock = {
    now: () => 0,
    after: (_, run) => {
      timers.add(run)
      return () => void timers.delete(run)
    },
  }
  const { sync, signals } = syncInPieces((_, count) => {
    if (count === 2) throw new ChatError('internal', 'It broke.')
    return { account: accountOf(1, 'c1') }
  }, clock)
  await sync.run()
  signals.emit('behind', { conversationId: 'c1' })
  await expect.poll(() => timers.size).toBe(1)
  sync.pause()
  expect(timers.size).toBe(0)
})
