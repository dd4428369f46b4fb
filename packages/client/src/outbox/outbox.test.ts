import 'fake-indexeddb/auto'
import type { ErrorCode } from '@parley/protocol'
import { expect, test } from 'vitest'
import { messageOf, outboxOn, turn } from '../testing/test-outbox.ts'
import { indexedDbOutbox } from './indexed-db-outbox.ts'
import { memoryOutbox, type OutboxStorage } from './outbox-storage.ts'

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

test('what is sent over a closed client fails at once', async () => {
  const { outbox, add, go, ids } = outboxOn(memoryOutbox())
  await go()
  await outbox.close()
  await expect(add('too late').settled).rejects.toMatchObject({ code: 'closed' })
  expect(ids()).toEqual([])
})

test('what is unsent while the storage opens is kept by a tab that closes', async () => {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const slow: OutboxStorage = { open: (name) => opened.then(() => indexedDbOutbox().open(name)) }
  const { outbox, add } = outboxOn(slow)
  void outbox.open('closes early')
  const one = add('one')
  const closed = outbox.close()
  open()
  await closed
  await expect(one.settled).rejects.toMatchObject({ code: 'closed' })
  const stored = await indexedDbOutbox().open('closes early')
  expect((await stored.load()).map(({ id }) => id)).toEqual(['one'])
  await stored.close()
})
