import type { Presence, PresenceStatus } from '@parley/protocol'
import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import { createPresenceLane, type PresenceLane } from './presence-lane.ts'

let lane: PresenceLane
afterEach(() => lane.close())

const status = (userId: string, word: PresenceStatus): Presence => ({ userId, status: word, lastSeenAt: null })

/** A sender for watchers of all users but `unheard`. The test decides when its lookups are answered. */
function watchers() {
  const batches: string[][] = []
  const sent: string[] = []
  const answers: ((failure?: Error) => void)[] = []
  lane = createPresenceLane(
    [
      {
        isHeard: (userId) => userId !== 'unheard',
        sendToUser: () => {},
        send: async (presences, isLatest) => {
          batches.push(presences.map(({ userId }) => userId))
          const answer = Promise.withResolvers<void>()
          answers.push((failure) => (failure ? answer.reject(failure) : answer.resolve()))
          await answer.promise
          sent.push(...presences.filter(isLatest).map(({ userId, status }) => `${userId} ${status}`))
        },
      },
    ],
    pino({ level: 'silent' }),
  )
  const answer = async (batch: number, failure?: Error) => {
    await expect.poll(() => answers.length).toBe(batch)
    answers[batch - 1]?.(failure)
  }
  return { batches, sent, answer, isAsked: (batch: number) => expect.poll(() => answers.length).toBe(batch) }
}

test('D10: only the latest status of each user waits, and all that wait are looked up together', async () => {
  const { batches, sent, answer } = watchers()
  for (const word of ['away', 'busy'] as const) for (const id of ['ana', 'bo']) lane.add(status(id, word))
  lane.add(status('unheard', 'busy'))
  await answer(1)
  await lane.idle()
  expect(batches).toEqual([['ana', 'bo']])
  expect(sent).toEqual(['ana busy', 'bo busy'])
})

test('D10: a status that is changed while it is looked up is not sent, and the newer one is', async () => {
  const { batches, sent, answer, isAsked } = watchers()
  for (const id of ['ana', 'bo']) lane.add(status(id, 'away'))
  await isAsked(1)
  lane.add(status('ana', 'busy'))
  lane.add(status('ana', 'online'))
  await answer(1)
  await answer(2)
  await lane.idle()
  expect(batches).toEqual([['ana', 'bo'], ['ana']])
  expect(sent).toEqual(['bo away', 'ana online'])
})

test('D10: very many users are looked up a bounded number at a time, in their order', async () => {
  const { batches, sent, answer } = watchers()
  const ids = Array.from({ length: 450 }, (_, i) => `u${i}`)
  for (const id of ids) lane.add(status(id, 'busy'))
  for (const batch of [1, 2, 3]) await answer(batch)
  await lane.idle()
  expect(batches.map((batch) => batch.length)).toEqual([200, 200, 50])
  expect(sent).toEqual(ids.map((id) => `${id} busy`))
})

test('D10: when too many users wait, those who have waited longest are dropped', async () => {
  const { batches, answer, isAsked } = watchers()
  lane.add(status('first', 'busy'))
  await isAsked(1)
  for (let i = 0; i < 20_100; i++) lane.add(status(`u${i}`, 'busy'))
  await answer(1)
  await isAsked(2)
  expect(batches[1]?.slice(0, 2)).toEqual(['u100', 'u101'])
})

test('D10: a status whose lookup fails is tried again, unless there is a newer one', async () => {
  const { sent, answer, isAsked } = watchers()
  for (const id of ['ana', 'bo']) lane.add(status(id, 'away'))
  await isAsked(1)
  lane.add(status('ana', 'busy'))
  await answer(1, new Error('the database is gone'))
  await isAsked(2).catch(() => {})
  await answer(2)
  await lane.idle()
  expect(sent.sort()).toEqual(['ana busy', 'bo away'])
})

test('D10: a closed lane sends nothing more', async () => {
  const { sent, answer, isAsked } = watchers()
  lane.add(status('ana', 'busy'))
  await isAsked(1)
  lane.close()
  await answer(1)
  await lane.idle()
  expect(sent).toEqual([])
})
