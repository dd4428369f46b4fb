import { describe, expect, test } from 'vitest'
import { arrive, enter, newId, newName, openRoom, refusalOf, say, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { server, ana, bo, stranger } = serverWithPeople(['ana', 'bo', 'stranger'])

test('any user can be looked up, and an unknown id is not found', async () => {
  expect(await stranger.ask('user.get', { userId: ana.id })).toEqual({ user: ana.user })
  expect(await refusalOf(stranger, 'user.get', { userId: newId() })).toMatchObject({ code: 'not_found' })
  expect(await ana.ask('user.me', {})).toEqual({ user: ana.user })
})

test('answers about a user contain nothing about passwords', async () => {
  const reply = JSON.stringify([
    await stranger.ask('user.search', { query: ana.user.username }),
    await stranger.ask('user.get', { userId: ana.id }),
  ])
  expect(reply).toContain(ana.user.username)
  expect(reply).not.toMatch(/argon|password|hash/i)
})

describe('a new name or picture', () => {
  test('is told to members of shared conversations and to one’s own devices, and to nobody else', async () => {
    const person = await arrive(server, 'cleo')
    const phone = await enter(server, person.signedIn)
    const conversationId = await openRoom(ana, [bo, person])
    const given = { displayName: 'Cleo the Second', avatarUrl: 'https://pictures.example/cleo.png' }
    const { user } = await person.ask('user.update', given)
    expect(user).toEqual({ ...person.user, ...given })

    const change = await bo.heard('membership.updated', (told) => told.conversationId === conversationId)
    expect(change).toMatchObject({
      users: [user],
      memberships: [{ userId: person.id, state: 'active', role: 'member' }],
    })
    expect(await phone.heard('account.updated', (told) => told.user !== undefined)).toMatchObject({ user })
    await settled(stranger, bo)
    expect(stranger.all('membership.updated')).toEqual([])
    expect(bo.all('account.updated').filter((told) => told.user?.id === person.id)).toEqual([])
  })

  test('is shown wherever the user appears', async () => {
    const person = await arrive(server, 'dora')
    const conversationId = await openRoom(ana, [person])
    const before = await say(person, conversationId)
    const { user } = await person.ask('user.update', { displayName: 'Dora the New' })
    const { users } = await ana.ask('message.page', { conversationId })
    expect(users).toContainEqual(user)
    expect((await ana.ask('message.get', { messageId: before.id })).sender).toEqual(user)
    expect((await ana.ask('membership.list', { conversationId })).users).toContainEqual(user)
    await say(person, conversationId)
    expect((await ana.heard('message.created', (told) => told.messages?.[0]?.seq === 2)).users).toEqual([user])
  })

  test('that is the present one changes nothing, and no device hears of it', async () => {
    const person = await arrive(server, 'edna')
    const conversationId = await openRoom(ana, [person])
    const given = { displayName: 'Edna the First', avatarUrl: '/blobs/edna.webp' }
    const { user } = await person.ask('user.update', given)
    const before = (await ana.ask('conversation.get', { conversationId })).summary.rev
    for (const same of [given, { displayName: 'Edna the First' }, {}]) {
      expect(await person.ask('user.update', same)).toEqual({ user })
    }
    expect((await ana.ask('conversation.get', { conversationId })).summary.rev).toBe(before)
    await settled(person)
    expect(person.all('account.updated').filter((told) => told.user !== undefined)).toHaveLength(1)
  })

  test('changes only the given fields, and null removes the picture', async () => {
    const person = await arrive(server)
    const avatarUrl = '/blobs/picture.webp'
    await person.ask('user.update', { avatarUrl })
    expect((await person.ask('user.update', { displayName: 'New' })).user).toMatchObject({
      displayName: 'New',
      avatarUrl,
    })
    expect((await person.ask('user.update', { avatarUrl: null })).user).toMatchObject({
      displayName: 'New',
      avatarUrl: null,
    })
    expect((await person.ask('user.update', {})).user).toMatchObject({ displayName: 'New', avatarUrl: null })
  })

  test.each([
    [{ avatarUrl: 'javascript:alert(1)' }],
    [{ avatarUrl: '//evil.example/x.png' }],
    [{ avatarUrl: 'http://plain.example/x.png' }],
    [{ avatarUrl: 'https://x.example/"><script>' }],
    [{ displayName: '' }],
    [{ displayName: '\u202E' }],
    [{ displayName: ' \t ' }],
    [{ displayName: 'x'.repeat(101) }],
    [{ displayName: 'a\u0000b' }],
    [{ displayName: '\uD800' }],
    [{ role: 'admin' }],
    [{ username: 'other' }],
    [{ id: 'other' }],
  ])('%j is refused', async (input) => {
    expect(await refusalOf(bo, 'user.update', input)).toMatchObject({ code: 'invalid_input' })
    expect((await bo.ask('user.me', {})).user).toEqual(bo.user)
  })

  test('is reduced to one composed line without marks that turn the direction of text', async () => {
    const person = await arrive(server)
    const { user } = await person.ask('user.update', { displayName: ' Re\u0301ne\u0301e \n\t\u202Eevil\u202C ' })
    expect(user.displayName).toBe('R\u00E9n\u00E9e evil')
  })
})

describe('a search', () => {
  test.each([
    ['Élise Ünal', 'élise ünal'],
    ['Élise Ünal', 'ÉLISE'],
    ['Иван Петров', 'ПЕТР'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσ'],
    ['محمد علي', 'علي'],
    ['田中太郎', '中太'],
  ])('finds %s by %s', async (displayName, query) => {
    const person = await arrive(server)
    await person.ask('user.update', { displayName })
    const { users } = await stranger.ask('user.search', { query, limit: 100 })
    expect(users.map(({ id }) => id)).toContain(person.id)
    const others = await stranger.ask('user.search', { query: `${query}x`, limit: 100 })
    expect(others.users.map(({ id }) => id)).not.toContain(person.id)
  })

  test.each([
    ['\u00C9lise \u00DCnal', 'elise unal'],
    ['\u00C9lise \u00DCnal', 'e\u0301lise u\u0308'],
    ['Stra\u00DFer', 'STRASSER'],
    ['\uFF21\uFF4E\uFF41 Wide', 'ana wide'],
    ['\u039F\u0394\u03A5\u03A3\u03A3\u0395\u03A5\u03A3', '\u03BF\u03B4\u03C5\u03C3\u03C3\u03B5\u03C5\u03C2'],
    ['\uD55C\uAE00 \uC774\uB984', '\uD55C\uAE00'],
  ])('E7: finds %s by %s, which readers take for the same letters', async (displayName, query) => {
    const person = await arrive(server)
    await person.ask('user.update', { displayName })
    const { users } = await stranger.ask('user.search', { query, limit: 100 })
    expect(users.map(({ id }) => id)).toContain(person.id)
  })

  test('finds part of a user name in any case, up to the limit', async () => {
    const part = newName('many')
    for (let i = 0; i < 3; i++) await server.register(`${part}.${i}`)
    const { users } = await stranger.ask('user.search', { query: part.toUpperCase() })
    expect(users.map(({ username }) => username)).toEqual([0, 1, 2].map((i) => `${part}.${i}`))
    expect((await stranger.ask('user.search', { query: part, limit: 2 })).users).toHaveLength(2)
  })

  test.each(['%', '_', '\\', "'", '"', '*', "' or 1=1 --", 'x%'])('treats %s as plain text', async (query) => {
    const person = await arrive(server)
    expect((await stranger.ask('user.search', { query, limit: 100 })).users).toEqual([])
    await person.ask('user.update', { displayName: `a ${query} b` })
    const { users } = await stranger.ask('user.search', { query, limit: 100 })
    expect(users.map(({ id }) => id)).toEqual([person.id])
    await person.ask('user.update', { displayName: 'plain' })
  })
})

test.each([['a'], ['ab c'], ['.ab'], ['ab-'], ['a/b'], ['x'.repeat(33)], ['ünal'], ['ab\u0000'], ['а́на'], ['a\nb']])(
  'the user name %j is refused',
  async (username) => {
    const response = await server.rest('POST', '/users', { body: { username, password: 'a long password' } })
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
  },
)

test.each([['short'], ['x'.repeat(129)], ['']])('the password %j is refused', async (password) => {
  const response = await server.rest('POST', '/users', { body: { username: newName(), password } })
  expect(await response.json()).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
})
