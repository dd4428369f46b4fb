import 'fake-indexeddb/auto'
import { expect, onTestFinished, test } from 'vitest'
import { outboxOn, scope, turn } from '../testing/test-outbox.ts'
import { indexedDbOutbox } from './indexed-db-outbox.ts'
import { memoryOutbox, type OutboxStorage } from './outbox-storage.ts'

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

const refusal = () => {
  throw new Error('private window')
}

test.each([
  ['rejects', async () => refusal()],
  ['throws', refusal],
])('a storage whose `open` %s costs the survival of a reload, not the message', async (_, open) => {
  const { add, only, go } = outboxOn({ open })
  const one = add('one')
  await go()
  await only().acknowledge()
  expect((await one.settled).id).toBe('one')
})

test('B3: a storage that fails says so in the state, and one that works does not', async () => {
  const blocked = outboxOn({ open: () => Promise.reject(new Error('private window')) })
  await blocked.go()
  const full = outboxOn({
    open: async (name) => ({ ...(await memoryOutbox().open(name)), add: () => Promise.reject(new Error('quota')) }),
  })
  await full.go()
  expect(full.store.getState().keepsUnsent).toBe(true)
  full.add('one')
  await turn()
  const sound = outboxOn(memoryOutbox())
  await sound.go()
  sound.add('one')
  await turn()
  expect([blocked, full, sound].map(({ store }) => store.getState().keepsUnsent)).toEqual([false, false, true])
})

test('D9: somebody who signs out leaves nothing unsent behind', async () => {
  const storage = memoryOutbox()
  const tab = outboxOn(storage)
  await tab.outbox.open(scope)
  tab.add('one')
  await turn()
  await tab.outbox.close(scope)
  const left = async () => (await storage.open(scope)).load()
  expect(await left()).toEqual([])

  // Also where the server was never reached, and the storage not opened.
  const before = outboxOn(storage)
  await before.outbox.open(scope)
  before.add('two')
  await before.outbox.close()
  expect(await left()).toHaveLength(1)
  await outboxOn(storage).outbox.close(scope)
  expect(await left()).toEqual([])
})

test('D9: signing out closes the outbox of another person, and deletes the rest where one message cannot be deleted', async () => {
  const [storage, open] = [memoryOutbox(), new Set<string>()]
  const before = outboxOn(storage)
  await before.outbox.open(scope)
  for (const id of ['one', 'two', 'three']) before.add(id)
  await before.outbox.close()
  const tab = outboxOn({
    async open(name) {
      const stored = await storage.open(name)
      open.add(name)
      const remove = async (id: string) => (id === 'two' ? refusal() : stored.remove(id))
      const close = async () => void open.delete(name)
      return { ...stored, remove, close }
    },
  })
  await tab.outbox.open('another person')
  await tab.outbox.close(scope)
  expect([...open]).toEqual([])
  expect((await (await storage.open(scope)).load()).map(({ id }) => id)).toEqual(['two'])
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

test('D7: `cancel` resolves when the storage has withdrawn the message, and nobody sends it meanwhile', async () => {
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

test('D7: nor is one on whose way the connection broke, and it keeps no other message back', async () => {
  const storage: OutboxStorage = { open: (opened) => indexedDbOutbox().open(`${opened}, broken and taken out`) }
  const [first, second] = [outboxOn(storage), outboxOn(storage)]
  await first.go()
  await second.outbox.open(scope)
  const one = first.add('taken out')
  await expect.poll(second.pending).toEqual(['taken out queued'])
  await first.only().refuse('disconnected')
  // As a tab without locks does when it sends the message, and crashes before it says so.
  const crashed = await storage.open(scope)
  await crashed.remove('taken out')
  await crashed.close()
  second.add('beside it', 'c2')
  await expect.poll(first.ids).toEqual(['look up taken out'])
  first.outbox.setOnline(true)
  await expect.poll(first.ids).toEqual(['look up taken out', 'beside it'])
  await first.sendings[0]?.refuse('not_found')
  expect([one.status, first.pending(), first.ids()]).toEqual(['cancelled', [], ['beside it']])
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
