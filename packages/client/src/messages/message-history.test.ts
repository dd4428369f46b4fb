import type { Attachment, ConversationChange, Message } from '@parley/protocol'
import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { Cache } from '../cache/cache.ts'
import type { CacheSignals } from '../cache/cache-signals.ts'
import type { ChatState } from '../chat-state.ts'
import type { ClientContext } from '../client-context.ts'
import { createEmitter } from '../emitter.ts'
import { features } from '../features.ts'
import { ModelServer, userOf } from '../testing/model-server.ts'
import { createHistory } from './message-history.ts'

const cache = new Cache(features)
const attachment = { id: 'a1', kind: 'file', name: 'pier.txt', state: 'ready' } as Attachment

/** The history of the model's conversation for one device, and a function that takes in all changes since. */
function historyOf(server: ModelServer) {
  const account = { rev: 1, user: userOf('me'), memberships: [server.mine()], summaries: [server.summary()] }
  const store = createStore<ChatState>(() => cache.resetAccount(cache.emptyState, account, 'e'))
  const signals = createEmitter<CacheSignals>(undefined)
  const context = { store, cache, signals, call: server.call } as ClientContext
  const follow = (change: ConversationChange, since: number) => {
    store.setState((state) => cache.applyChange(state, change, since).state, true)
    signals.emit('changed', change)
  }
  return { ...createHistory(context), follow, held: () => store.getState().conversations[server.id] }
}

test('messages that arrive during the load of a page are shown with their attachments', async () => {
  const server = new ModelServer()
  for (let i = 0; i < 20; i++) server.send('bob')
  const { loadAround, loadLatest, follow, held } = historyOf(server)
  const around = loadAround(server.id, 2)
  await expect.poll(() => server.questions.length).toBe(1)
  server.answer(0)
  await around
  const [since, before] = [server.rev, server.messages.length]
  const latest = loadLatest(server.id)
  await expect.poll(() => server.questions.length).toBe(1)

  for (let i = 0; i < 7; i++) server.send('bob')
  const body = { kind: 'plain', text: '', attachments: [attachment.id] } satisfies Message['body']
  const first = server.messages[before]
  if (first) server.messages[before] = { ...first, body }
  server.delete(before + 2)
  const messages = server.messages.slice(before)
  follow({ conversationId: server.id, rev: server.rev, messages, attachments: [attachment] }, since)
  server.answer(0)
  await latest
  expect(held()?.messages.map(({ seq }) => seq)).toEqual(messages.map(({ seq }) => seq))
  expect(held()?.attachments).toEqual({ [attachment.id]: attachment })
})

test('a load that is given up while it waits for another one ends at once, and asks for nothing', async () => {
  const server = new ModelServer()
  for (let i = 0; i < 20; i++) server.send('bob')
  const { loadAround, loadLatest } = historyOf(server)
  const first = loadLatest(server.id)
  await expect.poll(() => server.questions.length).toBe(1)
  const givingUp = new AbortController()
  const second = loadAround(server.id, 2, { signal: givingUp.signal })
  givingUp.abort(new Error('given up'))
  await expect(second).rejects.toMatchObject({ message: 'given up' })
  server.answer(0)
  await first
  expect(server.questions).toEqual([])
})
