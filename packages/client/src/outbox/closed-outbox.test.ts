import { expect, test } from 'vitest'
import { outboxOn, scope } from '../testing/test-outbox.ts'
import { memoryOutbox, type OutboxStorage } from './outbox-storage.ts'

/** A storage in memory whose `open` waits until the test allows it. */
function waitingStorage() {
  const { promise: allowed, resolve: allow } = Promise.withResolvers<void>()
  const storage = memoryOutbox()
  let opened = 0
  const waiting: OutboxStorage = {
    async open(name) {
      opened++
      await allowed
      return storage.open(name)
    },
  }
  return { waiting, storage, allow, opened: () => opened }
}

test('an outbox that was closed opens no storage any more', async () => {
  const { waiting, allow, opened } = waitingStorage()
  allow()
  const { outbox, go } = outboxOn(waiting)
  await go()
  await outbox.close()
  await outbox.open('another scope')
  await outbox.open(scope)
  expect(opened()).toBe(1)
})

test('a person who signs out while the storage opens leaves nothing unsent behind', async () => {
  const { waiting, storage, allow } = waitingStorage()
  const { outbox, add } = outboxOn(waiting)
  void outbox.open(scope)
  add('one')
  const closed = outbox.close(scope)
  allow()
  await closed
  expect(await (await storage.open(scope)).load()).toEqual([])
})
