import { beforeEach, expect, test } from 'vitest'
import type { Context } from '../core/context.ts'
import { commitStage } from '../testing/commit-stage.ts'
import { webhookErasure } from './webhook-erasure.ts'

const stage = commitStage()
const user = { id: 'bird', username: 'deleted', displayName: 'Deleted user', avatarUrl: null, role: 'user' } as const
const other = { ...user, id: 'bo', username: 'bo', displayName: 'Bo' }
const profile = { ...user, displayName: 'canary' }
const lookalike = { id: user.id, username: 'a word of bo' }

const told = (data: object) => JSON.stringify({ type: 'message.created', timestamp: '2026-11-29', data })

beforeEach(async () => {
  const job = (payload: string, place: number) => {
    const kind = payload.startsWith('{') ? 'webhook test' : 'another'
    return { id: `job ${place}`, kind, line: `${kind} a`, about: null, payload, created_at: 1 }
  }
  const payloads = [
    ...Array.from({ length: 1_200 }, () => told({ offers: [{ details: lookalike }], users: [other] })),
    told({ users: [other, profile] }),
    told({ offers: [{ details: lookalike }], users: [profile, { ...profile, username: 'before' }] }),
    told({ users: [user] }),
    `"${user.id}" as another kind of work may write it`,
  ]
  await stage.groupCommit.run(({ store }) => store.jobs.add(payloads.map(job)))
})

const payloads = async () =>
  (await stage.database.read.selectFrom('jobs').select('payload').orderBy('place').execute()).map(
    ({ payload }) => payload,
  )

/** The places from which its slices went on. */
async function erase(): Promise<number[]> {
  const places: number[] = []
  for (let next: number | undefined = 0; next !== undefined && places.length < 20; ) {
    const from: number = next
    places.push(from)
    next = await stage.groupCommit.run(async ({ store, now, emit }) => {
      const caller = { user, sessionId: null, socket: null }
      return webhookErasure.ofAccount?.({ store, now, emit, caller } satisfies Context, from)
    })
  }
  return places
}

test('an erased profile is removed from every payload with it, in a few slices, and nothing else changes', async () => {
  const before = await payloads()
  const places = await erase()
  expect(places.length).toBeGreaterThan(2)
  expect(places.length).toBeLessThan(6)
  const after = await payloads()
  expect(after.slice(-4)).toEqual([
    told({ users: [other, user] }),
    told({ offers: [{ details: lookalike }], users: [user, user] }),
    ...before.slice(-2),
  ])
  expect(after.slice(0, -4)).toEqual(before.slice(0, -4))
})

test('ranges whose rows are gone take no slice of their own', async () => {
  const { write } = stage.database
  const last = await write
    .selectFrom('jobs')
    .select((eb) => eb.fn.max('place').as('place'))
    .executeTakeFirstOrThrow()
  await write.deleteFrom('jobs').where('place', '<', Number(last.place)).where('place', '>', 2).execute()
  expect((await erase()).length).toBeLessThan(4)
})
