import type { Tally } from '@parley/protocol'
import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { Cache } from '../cache/cache.ts'
import type { CacheSignals } from '../cache/cache-signals.ts'
import type { ChatEvents } from '../chat.ts'
import { ChatError } from '../chat-error.ts'
import type { ChatState } from '../chat-state.ts'
import { createRequests } from '../connection/requests.ts'
import { createEmitter } from '../emitter.ts'
import { systemEnvironment } from '../environment.ts'
import { createFeatures, features } from '../features.ts'
import { Outbox } from '../outbox/outbox.ts'
import { memoryOutbox } from '../outbox/outbox-storage.ts'
import { ModelServer, userOf } from '../testing/model-server.ts'

/** The features of a client that has loaded the conversation; the test controls when answers arrive. */
function clientOf(server: ModelServer) {
  const cache = new Cache(features)
  const account = { rev: 1, user: userOf('me'), memberships: [server.mine()], summaries: [server.summary()] }
  const store = createStore<ChatState>(() => cache.resetAccount(cache.emptyState, account, 'e'))
  const signals = createEmitter<CacheSignals>(undefined)
  const events = createEmitter<ChatEvents>(undefined)
  const { call } = server
  const requests = createRequests({ url: 'http://nowhere.invalid' })
  const context = { store, cache, call, requests, events, signals, logger: undefined, environment: systemEnvironment }
  const { messages, reactions } = createFeatures(context, new Outbox(context, memoryOutbox()))
  const hear = () => {
    for (const change of server.events.splice(0)) {
      store.setState(cache.applyChange(store.getState(), change).state, true)
      signals.emit('changed', change)
    }
  }
  const reset = () => store.setState(cache.resetConversation(store.getState(), server.summary()), true)
  const shown = () => store.getState().conversations[server.id]?.reactions.m1?.shown ?? []
  return { messages, reactions, hear, reset, shown }
}

const tallyOf = (server: ModelServer, rev: number): Tally => ({
  messageId: 'm1',
  emoji: '👍',
  count: 1,
  userIds: [server.me],
  firstRev: rev,
  rev,
  own: true,
})

const answerTo = (server: ModelServer, data: object) => {
  server.read(0)
  const question = server.questions.shift()
  question?.answer({ ...(question.read as object), ...data })
}

async function loaded(server: ModelServer, client: ReturnType<typeof clientOf>, tallies: Tally[] = []): Promise<void> {
  const loading = client.messages.loadLatest(server.id)
  await expect.poll(() => server.questions).toHaveLength(1)
  answerTo(server, { tallies })
  await loading
}

test('a page that was read before its message was deleted brings no reactions to it', async () => {
  const server = new ModelServer(1)
  const client = clientOf(server)
  const loading = client.messages.loadLatest(server.id)
  await expect.poll(() => server.questions).toHaveLength(1)
  server.read(0)
  server.delete(1)
  client.hear()
  answerTo(server, { tallies: [tallyOf(server, 2)] })
  await loading
  expect(client.shown()).toEqual([])
})

test('neither does an answer that comes after the deletion', async () => {
  const server = new ModelServer(1)
  const client = clientOf(server)
  await loaded(server, client)
  const adding = client.reactions.add(server.id, 'm1', '👍')
  await expect.poll(() => server.questions).toHaveLength(1)
  const { rev } = server
  server.delete(1)
  client.hear()
  server.questions.shift()?.answer({ tally: tallyOf(server, rev) })
  await adding
  expect(client.shown()).toEqual([])
})

test('a conversation that starts anew goes on showing what this user wishes, until the answer', async () => {
  const server = new ModelServer(1)
  const client = clientOf(server)
  await loaded(server, client)
  const adding = client.reactions.add(server.id, 'm1', '👍')
  await expect.poll(() => server.questions).toHaveLength(1)
  client.reset()
  expect(client.shown()).toMatchObject([{ emoji: '👍', count: 1, own: true }])
  server.questions.shift()?.fail(new ChatError('disconnected', 'gone'))
  await expect(adding).rejects.toMatchObject({ code: 'disconnected' })
  expect(client.shown()).toEqual([])
})
