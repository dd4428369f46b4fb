import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import type { ChatError } from '../chat-error.ts'
import { outboxOn, scope, turn } from '../testing/test-outbox.ts'
import { indexedDbOutbox } from './indexed-db-outbox.ts'
import { memoryOutbox } from './outbox-storage.ts'

test('a message that is withdrawn while its upload runs does not hold up the next one', async () => {
  const { outbox, add, ids, go } = outboxOn(memoryOutbox())
  const ready = Promise.withResolvers<ChatError | null>()
  outbox.prepareBy(({ id }) => (id === 'with a file' ? ready.promise : undefined))
  add('with a file')
  add('next')
  await go()
  expect(ids()).toEqual([])
  expect(await outbox.cancel('with a file')).toBe(true)
  await turn()
  expect(ids()).toEqual(['next'])
  ready.resolve(null)
  await turn()
  expect(ids()).toEqual(['next'])
})

test('both requests to withdraw a message get the answer of the tab that sends', async () => {
  const storage = indexedDbOutbox()
  const [first, second] = [outboxOn(storage), outboxOn(storage)]
  await first.outbox.open(scope)
  await second.outbox.open(scope)
  const one = second.add('one')
  await expect.poll(first.pending).toEqual(['one queued'])
  expect(await Promise.all([one.cancel(), one.cancel()])).toEqual([true, true])
})
