import type { ConversationChange, Output } from '@parley/protocol'
import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { emptyState } from './cache.ts'
import type { CacheSignals } from './cache-signals.ts'
import type { Chat } from './chat.ts'
import type { ChatState } from './chat-state.ts'
import { createEmitter } from './emitter.ts'
import { type DurableArrival, Sync } from './sync.ts'
import { ModelServer } from './testing/model-server.ts'

/** A sync that asks a model, which may be replaced as by a backup; answers come at once. */
function syncWith(first: ModelServer) {
  let [server, epoch] = [first, 'one']
  const store = createStore<ChatState>(() => emptyState)
  const signals = createEmitter<CacheSignals>(undefined)
  const asked: unknown[] = []
  const call = (async (_: string, input: { epoch?: string; rev?: number }) => {
    asked.push(input)
    const isKnown = input.epoch === epoch
    const answer = server.call('sync.run', isKnown ? input : {})
    server.answer(0)
    return { ...((await answer) as Output<'sync.run'>), epoch }
  }) as Chat['call']
  const sync = new Sync({ store, call, signals, logger: undefined }, { tell: () => {}, silent: () => {} })
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
