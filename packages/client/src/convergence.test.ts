import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { Cache } from './cache/cache.ts'
import type { CacheSignals } from './cache/cache-signals.ts'
import type { ChatEvents } from './chat.ts'
import type { ChatState } from './chat-state.ts'
import type { ClientContext } from './client-context.ts'
import { createRequests } from './connection/requests.ts'
import { createEmitter } from './emitter.ts'
import { systemEnvironment } from './environment.ts'
import { createFeatures, features } from './features.ts'
import { Outbox } from './outbox/outbox.ts'
import { memoryOutbox } from './outbox/outbox-storage.ts'
import { type DurableArrival, Sync } from './sync/sync.ts'
import { ModelServer } from './testing/model-server.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** The real parts of the client, on a network that the test controls. */
function clientOf(server: ModelServer) {
  const timers = new Set<() => void>()
  const clock = {
    now: () => 0,
    after: (_: number, run: () => void) => {
      timers.add(run)
      return () => void timers.delete(run)
    },
  }
  const cache = new Cache(features)
  const store = createStore<ChatState>(() => cache.emptyState)
  const signals = createEmitter<CacheSignals>(undefined)
  const { call } = server
  const events = createEmitter<ChatEvents>(undefined)
  const environment = { ...systemEnvironment, clock }
  const context: ClientContext = {
    store,
    cache,
    call,
    events,
    signals,
    requests: createRequests({ url: 'http://nowhere.invalid' }),
    logger: undefined,
    environment,
  }
  const sync = new Sync(context, { tell: () => {}, silent: () => {} })
  const { receipts, messages, memberships } = createFeatures(context, new Outbox(context, memoryOutbox()))
  const runTimers = () => {
    for (const run of [...timers]) {
      timers.delete(run)
      run()
    }
  }
  return { store, sync, receipts, messages, memberships, runTimers, busy: () => timers.size > 0 }
}

type Client = ReturnType<typeof clientOf>

/** Delivers everything that is pending, until nothing is left. */
async function settle(server: ModelServer, client: Client): Promise<void> {
  for (let rounds = 0; server.questions.length > 0 || client.busy(); rounds++) {
    if (rounds > 500) throw new Error(`it does not come to rest: ${server.questions.map((q) => q.name)}`)
    while (server.questions.length > 0) {
      server.answer(0)
      await turn()
    }
    client.runTimers()
    await turn()
  }
}

async function started(server: ModelServer): Promise<Client> {
  const client = clientOf(server)
  const first = client.sync.run()
  await turn()
  await settle(server, client)
  await first
  client.store.setState({ status: 'online' })
  return client
}

const arrivalOf = (payload: ModelServer['events'][number]): DurableArrival => ({ name: 'message.created', payload })

const ignore = () => {}

/** The possible steps at the server, at the client, and on the network between them. */
const deeds: ((server: ModelServer, client: Client, n: number) => void)[] = [
  (server, _, n) => server.send(n % 3 === 0 ? server.me : 'bob'),
  (server) => server.send('bob'),
  (server) => {
    for (let i = 0; i < 4; i++) server.send('bob')
  },
  (server, _, n) => server.edit(1 + (n % Math.max(1, server.messages.length))),
  (server, _, n) => server.delete(1 + (n % Math.max(1, server.messages.length))),
  (server, _, n) => server.setRole('bob', n % 2 === 0 ? 'admin' : 'member'),
  (server, _, n) => server.rename(`name ${n}`),
  // A live event arrives: one of the latest, in any order, perhaps repeatedly.
  (server, client, n) => {
    const event = server.events.at(-1 - (n % 4))
    if (event) client.sync.receive(arrivalOf(event))
  },
  (server, client) => {
    for (const event of server.events) client.sync.receive(arrivalOf(event))
  },
  (server, _, n) => server.read(n % Math.max(1, server.questions.length)),
  (server, _, n) => server.answer(n % Math.max(1, server.questions.length)),
  (server) => server.answer(0),
  (_, client) => void client.sync.request(),
  (server, client) => void client.messages.loadLatest(server.id).catch(ignore),
  (server, client) => void client.messages.loadOlder(server.id).catch(ignore),
  (server, client) => void client.messages.loadNewer(server.id).catch(ignore),
  (server, client, n) => {
    const seq = 1 + (n % Math.max(1, server.messages.length))
    void client.messages.loadAround(server.id, seq).catch(ignore)
  },
  (server, client) => void client.memberships.loadAll(server.id).catch(ignore),
  (server, client, n) => client.receipts.markRead(server.id, n % (server.messages.length + 1)),
  (_, client) => client.runTimers(),
]

/**
 * Steps that once failed: the own message is known but earlier ones of others are not, and a summary does not count
 * them.
 */
const ownMessageBeforeOthers: [number, [number, number][]] = [
  1,
  [0, 0, 13, 7, 2, 2, 2, 17, 17, 9, 0, 0, 0].map((deed, index) => [deed, index === 9 ? 7 : index === 12 ? 1 : 0]),
]
const othersBeforeOwnMessage: [number, [number, number][]] = [
  0,
  [13, 2, 7, 0, 2, 2, 9, 0, 9, 9, 9, 7, 7].map((deed, index) => [deed, index === 6 ? 153 : index === 7 ? 46 : 0]),
]

function checkAgainst(server: ModelServer, client: Client): void {
  const held = client.store.getState().conversations[server.id]
  if (!held) throw new Error('the conversation is gone')
  const [first, last] = [held.messages[0]?.seq ?? 1, held.messages.at(-1)?.seq ?? 0]
  expect(held.messages).toEqual(server.messages.slice(first - 1, last))
  expect(held).toMatchObject({ rev: server.rev, lastSeq: server.messages.length, recount: false })
  expect(held.conversation).toEqual(server.conversation())
  expect(held.lastMessage).toEqual(server.messages.at(-1) ?? null)
  if (held.messagesLoaded) expect([held.hasBefore, held.hasAfter]).toEqual([first > 1, last < server.messages.length])
  for (const row of Object.values(held.memberships)) expect(row).toEqual(server.memberships.get(row.userId))
  if (held.membershipsLoaded)
    expect(Object.keys(held.memberships).sort()).toEqual([...server.memberships.keys()].sort())
  expect(held.unread).toBe(server.unread())
}

test('whatever is lost, late, doubled or out of order: after a sync the state is the server’s', async () => {
  const step = fc.tuple(fc.nat(deeds.length - 1), fc.nat(1_000))
  await fc.assert(
    fc.asyncProperty(
      fc.nat(8),
      fc.array(step, { minLength: 5, maxLength: 80, size: 'max' }),
      async (saidBefore, steps) => {
        const server = new ModelServer(saidBefore)
        const client = await started(server)
        for (const [deed, n] of steps) {
          deeds[deed]?.(server, client, n)
          await turn()
        }
        client.sync.request()
        await turn()
        await settle(server, client)
        checkAgainst(server, client)
      },
    ),
    { numRuns: 500, examples: [ownMessageBeforeOthers, othersBeforeOwnMessage] },
  )
})

test('an answer that was read before a change and arrives after it does not undo the change', async () => {
  const server = new ModelServer()
  for (let i = 0; i < 3; i++) server.send('bob')
  const client = await started(server)
  const loading = client.messages.loadLatest(server.id)
  await turn()
  const asked = server.questions.findIndex(({ name }) => name === 'message.page')
  server.read(asked)
  server.edit(2)
  client.sync.receive(arrivalOf(server.events.at(-1) ?? { conversationId: server.id, rev: 0 }))
  server.answer(asked)
  await loading
  await settle(server, client)
  checkAgainst(server, client)
})

test('counts above the cap stay at the cap, and are counted anew when they shrink', async () => {
  const server = new ModelServer()
  for (let i = 0; i < 150; i++) server.send('bob')
  const client = await started(server)
  const unread = () => client.store.getState().conversations[server.id]?.unread
  expect(unread()).toBe(100)
  client.receipts.markRead(server.id, 20)
  await settle(server, client)
  expect(unread()).toBe(100)
  client.receipts.markRead(server.id, 90)
  await settle(server, client)
  expect(unread()).toBe(60)
})
