import type { Input, Output } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { arrive, newName, openRoom, type Person, refusalOf, say } from '../testing/people.ts'
import { serverWithPeople } from '../testing/server-with-people.ts'

const { server, ana } = serverWithPeople(['ana'], { rateLimits: 'off' })

type ListName = 'conversation.list' | 'conversation.discover' | 'user.search' | 'session.list'

/** All pages of a list, each asked for with the `next` of the one before. */
async function pagesOf<N extends ListName>(person: Person, name: N, input: Input<N>): Promise<Output<N>[]> {
  const pages: Output<N>[] = []
  let after: object = {}
  for (;;) {
    const page = await person.ask(name, Object.assign({}, input, after))
    pages.push(page)
    const { next } = page as { next?: string }
    if (next === undefined) return pages
    after = { after: next }
  }
}

async function openRooms(owner: Person, count: number, settings: Parameters<typeof openRoom>[2] = {}) {
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push(await openRoom(owner, [], settings))
  return ids
}

describe('D6: in pages', () => {
  test('conversations appear once each, in the order of the list', async () => {
    const person = await arrive(server)
    const rooms = await openRooms(person, 7)
    await say(person, rooms[2] ?? '')
    const whole = await person.ask('conversation.list', { limit: 1_000 })
    expect([whole.hasMore, whole.next]).toEqual([false, undefined])
    const pages = await pagesOf(person, 'conversation.list', { limit: 3 })
    expect(pages.map(({ summaries, hasMore }) => [summaries.length, hasMore])).toEqual([
      [3, true],
      [3, true],
      [1, false],
    ])
    expect(pages.flatMap(({ summaries }) => summaries)).toEqual(whole.summaries)
    const direct = await pagesOf(person, 'conversation.list', { kind: 'direct', limit: 3 })
    expect(direct.flatMap(({ summaries }) => summaries)).toEqual([])
  })

  test('conversations are complete even if one of them becomes active meanwhile', async () => {
    const person = await arrive(server)
    const rooms = (await openRooms(person, 6)).reverse()
    const first = await person.ask('conversation.list', { limit: 3 })
    // The last of the page and the last of the list come to its top.
    for (const moved of [rooms[2], rooms[5]]) await say(person, moved ?? '')
    const second = await person.ask('conversation.list', { limit: 3, after: first.next })
    expect(second.summaries.map(({ conversation }) => conversation.id)).toEqual(rooms.slice(3, 5))
  })

  test('public rooms that match are listed, newest first', async () => {
    const name = newName('Meadow')
    const rooms = (await openRooms(ana, 5, { name, visibility: 'public' })).reverse()
    const pages = await pagesOf(ana, 'conversation.discover', { query: name, limit: 2 })
    expect(pages.map((page) => page.rooms.map(({ conversation }) => conversation.id))).toEqual([
      rooms.slice(0, 2),
      rooms.slice(2, 4),
      rooms.slice(4),
    ])
  })

  test('users who match are listed, by user name', async () => {
    const part = newName('kin')
    const names = ['d', 'a', 'c', 'b', 'e'].map((end) => `${part}.${end}`)
    for (const name of names) await server.register(name)
    const pages = await pagesOf(ana, 'user.search', { query: part, limit: 2 })
    expect(pages.map(({ users }) => users.length)).toEqual([2, 2, 1])
    expect(pages.flatMap(({ users }) => users.map(({ username }) => username))).toEqual(names.toSorted())
  })

  test('open sessions are listed, most recently used first', async () => {
    const person = await arrive(server)
    const { username } = person.user
    for (let i = 0; i < 4; i++)
      await server.rest('POST', '/sessions', { body: { username, password: `password of ${username}` } })
    const whole = (await person.ask('session.list', {})).sessions
    expect(whole).toHaveLength(5)
    const pages = await pagesOf(person, 'session.list', { limit: 2 })
    expect(pages.flatMap(({ sessions }) => sessions)).toEqual(whole)
  })
})

test.each(['', '1', '1_', '_a', '-1_a', '1.5_a', '1_a b', '99999999999999999_a', "1_a' or 1=1"])(
  'D6: %j is refused as a position in a list',
  async (after) => {
    for (const name of ['conversation.list', 'session.list'])
      expect(await refusalOf(ana, name, { after })).toMatchObject({ code: 'invalid_input' })
  },
)

test('D6: a search after an unknown user finds nobody', async () => {
  expect(await ana.ask('user.search', { query: '', after: 'nobody' })).toEqual({ users: [] })
})
