import 'fake-indexeddb/auto'
import type { ErrorCode, Message } from '@parley/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { Cache } from '../cache/cache.ts'
import type { CacheSignals } from '../cache/cache-signals.ts'
import { ChatError } from '../chat-error.ts'
import type { ChatState } from '../chat-state.ts'
import { createEmitter } from '../emitter.ts'
import { systemEnvironment } from '../environment.ts'
import { features } from '../features.ts'
import { ModelServer, userOf } from '../testing/model-server.ts'
import { indexedDbOutbox } from './indexed-db-outbox.ts'
import { Outbox } from './outbox.ts'
import { memoryOutbox, type OutboxEntry, type OutboxStorage } from './outbox-storage.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))
const scope = 'a server, a user'

interface Sending {
  id: string
  conversationId: string
  acknowledge(): Promise<void>
  refuse(code: ChatError['code'], retryAfterMs?: number): Promise<void>
}

/** An outbox whose messages leave when the test says so. */
function outboxOn(storage: OutboxStorage) {
  const model = new ModelServer()
  const { summary, mine } = { summary: model.summary(), mine: model.mine() }
  const account = { rev: 1, user: userOf('me'), memberships: [mine], summaries: [summary] }
  const cache = new Cache(features)
  const store = createStore<ChatState>(() => cache.resetAccount(cache.emptyState, account, 'e'))
  const sendings: Sending[] = []
  const waits: { ms: number; run: () => void }[] = []
  const clock = {
    now: () => 0,
    after: (ms: number, run: () => void) => {
      waits.push({ ms, run })
      return () => {}
    },
  }
  let seq = 0
  const signals = createEmitter<CacheSignals>(undefined)
  const context: ConstructorParameters<typeof Outbox>[0] = {
    store,
    signals,
    logger: undefined,
    environment: { ...systemEnvironment, clock },
    call: (name, input) =>
      new Promise((answer, fail) => {
        const { conversationId, messageId, ...entry } = input as OutboxEntry & { messageId?: string }
        const id = messageId ?? entry.id
        const leave = async (finish: () => void) => {
          sendings.splice(sendings.indexOf(sending), 1)
          finish()
          await turn()
        }
        const sending: Sending = {
          id: name === 'message.get' ? `look up ${id}` : id,
          conversationId,
          acknowledge: () => leave(() => (answer as (data: unknown) => void)({ message: messageOf(id, ++seq) })),
          refuse: (code, retryAfterMs) =>
            leave(() => fail(new ChatError(code, code, { requestId: 'r', retryAfterMs }))),
        }
        sendings.push(sending)
      }),
  }
  const outbox = new Outbox(context, storage)
  const arrive = (...messages: Message[]) => signals.emit('changed', { conversationId: 'c1', rev: 1, messages })
  onTestFinished(() => outbox.close())
  const add = (id: string, conversationId = 'c1') => outbox.add(entryOf(id, conversationId))
  const pending = () => store.getState().conversations.c1?.pending.map(({ id, status }) => `${id} ${status}`)
  const ids = () => sendings.map((sending) => sending.id)
  const only = () => {
    const [sending, ...others] = sendings
    if (!sending || others.length > 0) throw new Error(`one is on its way, not ${ids()}`)
    return sending
  }
  const go = async () => {
    await outbox.open(scope)
    outbox.setOnline(true)
    await turn()
  }
  return { outbox, add, pending, ids, only, go, sendings, waits, store, arrive }
}

const entryOf = (id: string, conversationId: string): OutboxEntry => ({
  id,
  conversationId,
  type: 'text',
  body: { kind: 'plain', text: id },
  createdAt: 0,
})

const messageOf = (id: string, seq: number): Message => ({
  ...entryOf(id, 'c1'),
  seq,
  rev: seq + 10,
  senderId: 'me',
  editedAt: null,
  deletedAt: null,
})

test('messages of a conversation leave one after the other, in order; another conversation does not wait', async () => {
  const { add, only, ids, go, pending, sendings } = outboxOn(memoryOutbox())
  const [one, two] = [add('one'), add('two')]
  add('elsewhere', 'c2')
  expect(pending()).toEqual(['one queued', 'two queued'])
  await go()
  expect(ids()).toEqual(['one', 'elsewhere'])
  await sendings[1]?.acknowledge()
  await only().acknowledge()
  expect((await one.settled).id).toBe('one')
  expect(one.status).toBe('sent')
  expect([two.status, only().id]).toEqual(['sending', 'two'])
  await only().acknowledge()
  expect(pending()).toEqual([])
})

test('what became of it is not known: it goes again with the same id, ahead of the later ones', async () => {
  const { outbox, add, only, go, pending, ids } = outboxOn(memoryOutbox())
  add('one')
  add('two')
  await go()
  await only().refuse('disconnected')
  expect(pending()).toEqual(['one queued', 'two queued'])
  expect(ids()).toEqual([])
  expect(await outbox.cancel('one')).toBe(false)
  await go()
  expect(only().id).toBe('one')
})

test('a refused message fails with its reason, the later ones go on, and it can be tried again', async () => {
  const { add, only, go, pending, store } = outboxOn(memoryOutbox())
  const one = add('one')
  add('two')
  await go()
  await only().refuse('forbidden')
  await expect(one.settled).rejects.toMatchObject({ code: 'forbidden', requestId: 'r' })
  expect(pending()).toEqual(['one failed', 'two sending'])
  expect(store.getState().conversations.c1?.pending[0]?.error?.code).toBe('forbidden')
  await only().acknowledge()
  await one.retry()
  expect(pending()).toEqual(['one sending'])
  await only().acknowledge()
  expect((await one.settled).id).toBe('one')
})

test.each<[ErrorCode | 'timed_out', number]>([
  ['rate_limited', 7_000],
  ['unavailable', 0],
  ['timed_out', 0],
])('after %s it waits at least as long as it was told, and goes again', async (code, retryAfterMs) => {
  const { add, only, go, waits, ids } = outboxOn(memoryOutbox())
  add('one')
  await go()
  await only().refuse(code, retryAfterMs)
  expect(ids()).toEqual([])
  expect(waits[0]?.ms).toBeGreaterThanOrEqual(retryAfterMs)
  waits[0]?.run()
  await turn()
  expect(only().id).toBe('one')
})

test('a server that fails again and again on one message does not hold up the others for ever', async () => {
  const { add, only, go, waits, pending } = outboxOn(memoryOutbox())
  add('one')
  add('two')
  await go()
  for (let i = 0; i < 8; i++) {
    await only().refuse('internal')
    waits.shift()?.run()
    await turn()
  }
  expect(pending()).toEqual(['one failed', 'two sending'])
})

test('D2: after the connection broke, what was on its way goes again alone, and what is acknowledged is no suspect', async () => {
  const { add, go, ids, only, sendings } = outboxOn(memoryOutbox())
  add('one')
  add('beside', 'c2')
  await go()
  expect(ids()).toEqual(['one', 'beside'])
  for (const sending of [...sendings]) await sending.refuse('disconnected')
  add('new', 'c3')
  await go()
  expect(only().id).toBe('one')
  await only().acknowledge()
  expect(only().id).toBe('beside')
  await only().acknowledge()
  expect(only().id).toBe('new')
})

const breakOff = async ({ go, only }: ReturnType<typeof outboxOn>, times: number) => {
  for (let i = 0; i < times; i++) {
    await go()
    await only().refuse('disconnected')
  }
  await go()
}

test('D2: a message that breaks the connection each time fails once the server says that it never came', async () => {
  const tab = outboxOn(memoryOutbox())
  const [one, two] = [tab.add('one'), tab.add('two')]
  await breakOff(tab, 4)
  expect(tab.only().id).toBe('look up one')
  expect(await one.cancel()).toBe(false)
  await tab.only().refuse('not_found')
  await expect(one.settled).rejects.toMatchObject({ code: 'unavailable' })
  expect(tab.pending()).toEqual(['one failed', 'two sending'])
  await tab.only().acknowledge()
  expect((await two.settled).id).toBe('two')
  expect(await one.cancel()).toBe(true)
})

test('D2: one that came in spite of it is settled', async () => {
  const tab = outboxOn(memoryOutbox())
  const one = tab.add('one')
  await breakOff(tab, 4)
  await tab.only().acknowledge()
  expect((await one.settled).id).toBe('one')
  expect([one.status, tab.pending()]).toEqual(['sent', []])
})

test('D2: other answers in between say that it is not the message', async () => {
  const tab = outboxOn(memoryOutbox())
  tab.add('one')
  for (let round = 0; round < 3; round++) {
    await breakOff(tab, 3)
    await tab.only().refuse('unavailable')
    tab.waits.shift()?.run()
    await turn()
  }
  expect([tab.only().id, tab.pending()]).toEqual(['one', ['one sending']])
})

test.each<ErrorCode>(['unauthenticated', 'upgrade_required'])('%s says nothing against the message', async (code) => {
  const { add, only, go, pending } = outboxOn(memoryOutbox())
  add('one')
  await go()
  await only().refuse(code)
  expect(pending()).toEqual(['one queued'])
  await go()
  expect(only().id).toBe('one')
})

test('a queued message can be withdrawn, one on its way cannot', async () => {
  const { outbox, add, only, go, pending, ids } = outboxOn(memoryOutbox())
  const [one, two] = [add('one'), add('two')]
  await go()
  expect(await one.cancel()).toBe(false)
  expect(await two.cancel()).toBe(true)
  await expect(two.settled).rejects.toMatchObject({ code: 'cancelled' })
  expect(two.status).toBe('cancelled')
  expect(await outbox.cancel('unknown')).toBe(false)
  expect(pending()).toEqual(['one sending'])
  await only().acknowledge()
  expect(ids()).toEqual([])
})

test('a change that brings the message settles it, though its acknowledgement was lost', async () => {
  const { add, only, go, ids, arrive } = outboxOn(memoryOutbox())
  const one = add('one')
  await go()
  await only().refuse('disconnected')
  arrive(messageOf('other', 1), messageOf('one', 2))
  expect((await one.settled).seq).toBe(2)
  await go()
  expect(ids()).toEqual([])
})

test.each([
  ['memory', memoryOutbox],
  ['IndexedDB', indexedDbOutbox],
])('what was left unsent in %s is sent by the next client, in order; what failed waits', async (_, makeStorage) => {
  const storage = makeStorage()
  const before = outboxOn(storage)
  await before.go()
  for (const id of ['z', 'a', 'm']) before.add(id)
  await before.only().refuse('forbidden')
  await before.outbox.close()

  const after = outboxOn(storage)
  const early = after.add('early')
  await after.go()
  await expect.poll(after.pending).toEqual(['z failed', 'a sending', 'm queued', 'early queued'])
  await after.only().acknowledge()
  await after.only().acknowledge()
  await after.only().acknowledge()
  expect((await early.settled).id).toBe('early')
  await after.outbox.close()

  const last = outboxOn(storage)
  await last.go()
  expect(last.pending()).toEqual(['z failed'])
  expect(await last.outbox.cancel('z')).toBe(true)
  await last.outbox.close()
  const empty = outboxOn(storage)
  await empty.go()
  expect(empty.pending()).toEqual([])
})

test('somebody else’s messages stay in their own storage', async () => {
  const storage = memoryOutbox()
  const { outbox, add, pending, ids } = outboxOn(storage)
  await outbox.open('ana')
  add('one')
  await outbox.open('bob')
  outbox.setOnline(true)
  await turn()
  expect([pending(), ids()]).toEqual([[], []])
  await outbox.open('ana')
  await turn()
  expect(ids()).toEqual(['one'])
})

test('of two tabs one sends, both show what is pending, and the other takes over', async () => {
  const storage = indexedDbOutbox()
  const [first, second] = [outboxOn(storage), outboxOn(storage)]
  await first.go()
  await second.go()
  const handle = second.add('from the second tab')
  await expect.poll(first.ids).toEqual(['from the second tab'])
  await expect.poll(first.pending).toEqual(['from the second tab sending'])
  expect([second.ids(), second.pending()]).toEqual([[], ['from the second tab queued']])
  await first.only().acknowledge()
  expect((await handle.settled).id).toBe('from the second tab')
  expect(second.pending()).toEqual([])

  const refused = second.add('refused')
  await expect.poll(first.ids).toEqual(['refused'])
  await first.only().refuse('not_found')
  await expect(refused.settled).rejects.toMatchObject({ code: 'not_found' })
  expect(await refused.cancel()).toBe(true)
  await expect.poll(first.pending).toEqual([])

  first.outbox.setOnline(false)
  second.add('left over')
  await expect.poll(first.pending).toEqual(['left over queued'])
  await first.outbox.close()
  await expect.poll(second.ids).toEqual(['left over'])
  await second.only().acknowledge()
})

test('a storage that cannot be opened costs the survival of a reload, not the message', async () => {
  const { add, only, go } = outboxOn({ open: () => Promise.reject(new Error('private window')) })
  const one = add('one')
  await go()
  await only().acknowledge()
  expect((await one.settled).id).toBe('one')
})

test('a tab that does not send asks the one that does before it withdraws a message', async () => {
  const storage = indexedDbOutbox()
  const [first, second] = [outboxOn(storage), outboxOn(storage)]
  await first.go()
  await second.go()
  const sent = second.add('on its way')
  await expect.poll(first.ids).toEqual(['on its way'])
  const waiting = second.add('waits behind it')
  await expect.poll(first.pending).toEqual(['on its way sending', 'waits behind it queued'])
  expect(await sent.cancel()).toBe(false)
  expect(await waiting.cancel()).toBe(true)
  await expect(waiting.settled).rejects.toMatchObject({ code: 'cancelled' })
  await first.only().acknowledge()
  expect((await sent.settled).id).toBe('on its way')
  expect(first.ids()).toEqual([])
})

test('who takes over cannot withdraw what may have left', async () => {
  const storage = memoryOutbox()
  const before = outboxOn(storage)
  await before.go()
  before.add('may have left')
  before.add('never left')
  await turn()
  await before.outbox.close()
  const after = outboxOn(storage)
  await after.outbox.open(scope)
  expect(after.pending()).toEqual(['may have left queued', 'never left queued'])
  expect(await after.outbox.cancel('may have left')).toBe(false)
  expect(await after.outbox.cancel('never left')).toBe(true)
})

/** The storage of two tabs: in the one that is `held`, what was read waits from the moment that the test holds it back. */
function heldBackOutbox(name: string) {
  const plain: OutboxStorage = { open: (opened) => indexedDbOutbox().open(`${opened}, ${name}`) }
  let letThrough = Promise.resolve()
  let readings = 0
  const held: OutboxStorage = {
    async open(opened) {
      const stored = await plain.open(opened)
      const load = async () => {
        const entries = await stored.load()
        readings++
        await letThrough
        return entries
      }
      return { ...stored, load }
    },
  }
  /** Resolves with what lets them through once one waits, which `cause` brings about. */
  const holdBack = async (cause: () => void) => {
    const before = readings
    let release = () => {}
    letThrough = new Promise<void>((resolve) => {
      release = resolve
    })
    cause()
    await expect.poll(() => readings).toBeGreaterThan(before)
    return release
  }
  return { plain, held, holdBack }
}

test('a message that is refused while the storage is read stays refused', async () => {
  const { plain, held, holdBack } = heldBackOutbox('refused')
  const [first, second] = [outboxOn(held), outboxOn(plain)]
  await first.go()
  const one = first.add('refused meanwhile')
  await expect.poll(first.ids).toEqual(['refused meanwhile'])
  await second.go()
  const release = await holdBack(() => second.add('from another tab'))
  await first.only().refuse('not_found')
  release()
  await expect.poll(first.pending).toEqual(['refused meanwhile failed', 'from another tab sending'])
  expect(await one.cancel()).toBe(true)
  await first.only().acknowledge()
})

test('a message that is tried again while the storage is read goes again', async () => {
  const { plain, held, holdBack } = heldBackOutbox('tried again')
  const [first, second] = [outboxOn(plain), outboxOn(held)]
  await first.go()
  await second.go()
  const one = second.add('tried again')
  await expect.poll(first.ids).toEqual(['tried again'])
  await first.only().refuse('not_found')
  await expect(one.settled).rejects.toMatchObject({ code: 'not_found' })
  const release = await holdBack(() => first.add('from another tab', 'c2'))
  await one.retry()
  release()
  await expect.poll(() => first.ids().sort()).toEqual(['from another tab', 'tried again'])
  for (const sending of [...first.sendings]) await sending.acknowledge()
  expect((await one.settled).id).toBe('tried again')
})

test('D7: a message is told to be withdrawn once the storage says so, and is not sent meanwhile', async () => {
  const storage = memoryOutbox()
  let remove = () => {}
  const slow: OutboxStorage = {
    open: async (name) => {
      const stored = await storage.open(name)
      const removed = new Promise<void>((resolve) => {
        remove = resolve
      })
      return { ...stored, remove: (id) => removed.then(() => stored.remove(id)) }
    },
  }
  const tab = outboxOn(slow)
  onTestFinished(() => remove())
  await tab.outbox.open(scope)
  const one = tab.add('one')
  await turn()
  const withdrawn = one.cancel()
  await turn()
  expect([one.status, tab.pending()]).toEqual(['queued', []])
  tab.outbox.setOnline(true)
  await turn()
  expect(tab.ids()).toEqual([])
  // The tab may crash until here, and the next one sends what the storage holds.
  const next = outboxOn(storage)
  await next.outbox.open(scope)
  expect(next.pending()).toEqual(['one queued'])
  remove()
  expect(await withdrawn).toBe(true)
  expect(one.status).toBe('cancelled')
})

test('a message that cannot be taken out of the storage is not withdrawn, and goes its way', async () => {
  const storage = memoryOutbox()
  const failing: OutboxStorage = {
    open: async (name) => ({ ...(await storage.open(name)), remove: () => Promise.reject(new Error('disk full')) }),
  }
  const tab = outboxOn(failing)
  await tab.outbox.open(scope)
  const one = tab.add('one')
  await turn()
  expect(await one.cancel()).toBe(false)
  expect([one.status, tab.pending()]).toEqual(['queued', ['one queued']])
  tab.outbox.setOnline(true)
  await turn()
  expect(tab.only().id).toBe('one')
})

test('a tab that takes over from another knows what that one may have sent', async () => {
  const name = 'taken over'
  const storage: OutboxStorage = { open: (opened) => indexedDbOutbox().open(`${opened}, ${name}`) }
  const [first, second] = [outboxOn(storage), outboxOn(storage)]
  await first.go()
  await second.go()
  const one = second.add('may have left')
  const two = second.add('waits behind it')
  await expect.poll(first.pending).toEqual(['may have left sending', 'waits behind it queued'])
  await first.outbox.close()
  await expect.poll(second.ids).toEqual(['may have left'])
  // This says of the second try that it was not stored, and nothing of the first one.
  await second.only().refuse('rate_limited')
  expect([await one.cancel(), await two.cancel()]).toEqual([false, true])
  expect(second.pending()).toEqual(['may have left queued'])
})

test('D7: what another tab took out of the storage is not sent before it is known whether it was sent or withdrawn', async () => {
  const storage: OutboxStorage = { open: (opened) => indexedDbOutbox().open(`${opened}, taken out`) }
  const [first, second] = [outboxOn(storage), outboxOn(storage)]
  await first.outbox.open(scope)
  await second.go()
  const one = second.add('taken out')
  await expect.poll(first.pending).toEqual(['taken out queued'])
  // As the first tab does when it withdraws the message, and crashes before it says so.
  const crashed = await storage.open(scope)
  await crashed.remove('taken out')
  await crashed.close()
  await first.outbox.close()
  await expect.poll(second.ids).toContain('look up taken out')
  await second.only().refuse('timed_out')
  expect([second.ids(), await one.cancel(), second.pending()]).toEqual([[], false, ['taken out queued']])
  second.waits.shift()?.run()
  await turn()
  expect(second.only().id).toBe('look up taken out')
  await second.only().refuse('not_found')
  expect([one.status, second.pending()]).toEqual(['cancelled', []])
})

test('what is sent before and while the storage is read keeps its order', async () => {
  const storage = memoryOutbox()
  const loads: (() => void)[] = []
  const slow: OutboxStorage = {
    open: async (name) => {
      const stored = await storage.open(name)
      return { ...stored, load: () => new Promise<void>((go) => loads.push(go)).then(() => stored.load()) }
    },
  }
  const tab = outboxOn(slow)
  tab.add('one')
  const opened = tab.outbox.open(scope)
  await turn()
  tab.add('two')
  loads[0]?.()
  await opened
  await tab.outbox.close()
  const next = outboxOn(storage)
  await next.outbox.open(scope)
  expect(next.pending()).toEqual(['one queued', 'two queued'])
})

test('what is sent over a closed client fails at once', async () => {
  const { outbox, add, go, ids } = outboxOn(memoryOutbox())
  await go()
  await outbox.close()
  await expect(add('too late').settled).rejects.toMatchObject({ code: 'closed' })
  expect(ids()).toEqual([])
})
