import type { SignedIn } from '@parley/protocol'
import type { Parley } from '@parley/server'
import { newId, newName } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { describe, expect, test } from 'vitest'

/*
 * The rooms that a host application ensures for its references.
 */

const { server } = serverWithPeople([], { authenticate: ({ token = '' }) => ({ id: token, username: token }) })

const come = async (name: string) => {
  const id = newName(name)
  return { ...(await server.connect({ accessToken: id } as SignedIn)), id }
}

describe('the room for a reference of the host', () => {
  const known = async (name: string) => {
    const id = newName(name)
    await server.parley.users.upsert({ id, username: id })
    return id
  }
  const ensure = (context: string, more: Partial<Parameters<Parley['conversations']['ensure']>[0]> = {}) =>
    server.parley.conversations.ensure({ context, members: [], ...more })
  const membersOf = async (conversationId: string, as: string) => {
    const { memberships } = await server.parley.as(as).ask('membership.list', { conversationId })
    return Object.fromEntries(memberships.map(({ userId, role }) => [userId, role]))
  }
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error) => error,
    )

  test('is created with its members, who get an event, and is found again in its present state', async () => {
    const [ana, bo] = [await come('ana'), await come('bo')]
    const context = newName('order')
    const made = await ensure(context, { name: 'Order 77', topic: 'Two chairs', members: [ana.id, bo.id] })
    expect(made).toMatchObject({
      isNew: true,
      conversation: { kind: 'room', context, name: 'Order 77', topic: 'Two chairs', visibility: 'private' },
    })
    const { id } = made.conversation
    expect(await membersOf(id, ana.id)).toEqual({ [ana.id]: 'owner', [bo.id]: 'member' })
    await bo.heard('account.updated', ({ summaries }) => summaries.some(({ conversation }) => conversation.id === id))
    await ana.ask('conversation.update', { conversationId: id, name: 'The chairs' })
    const again = await ensure(context, { name: 'Order 77', members: [ana.id, bo.id] })
    expect(again).toMatchObject({ isNew: false, conversation: { id, name: 'The chairs' } })
    expect(bo.all('membership.updated')).toEqual([])
  })

  test('is created once, even if several nodes ensure it at once', async () => {
    const people = await Promise.all(Array.from({ length: 9 }, () => known('many')))
    const context = newName('order')
    const made = await Promise.all(people.map((id) => ensure(context, { members: [id] })))
    expect(new Set(made.map(({ conversation }) => conversation.id)).size).toBe(1)
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1)
    const members = await membersOf(made[0]?.conversation.id ?? '', people[0] ?? '')
    expect(Object.keys(members).sort()).toEqual(people.toSorted())
    expect(Object.values(members).filter((role) => role === 'owner')).toHaveLength(1)
  })

  test('gets the named members and roles, and loses other members only with onlyThese', async () => {
    const [ana, bo, cleo, dan] = await Promise.all(['ana', 'bo', 'cleo', 'dan'].map(known))
    const context = newName('order')
    const { id } = (await ensure(context, { members: [ana, bo] as string[] })).conversation
    await ensure(context, { members: [{ userId: bo as string, role: 'admin' }, cleo as string] })
    expect(await membersOf(id, ana as string)).toEqual({
      [ana as string]: 'owner',
      [bo as string]: 'admin',
      [cleo as string]: 'member',
    })
    await ensure(context, { members: [cleo, dan] as string[], onlyThese: true })
    expect(await membersOf(id, cleo as string)).toEqual({ [cleo as string]: 'owner', [dan as string]: 'member' })
    expect(await refusal(membersOf(id, ana as string))).toMatchObject({ code: 'not_found' })
    await ensure(context, { members: [ana as string] })
    expect(Object.keys(await membersOf(id, ana as string))).toHaveLength(3)
  })

  test('does not get back members who left or were banned', async () => {
    const [ana, bo, cleo] = (await Promise.all(['ana', 'bo', 'cleo'].map(known))) as [string, string, string]
    const context = newName('order')
    const { id: conversationId } = (await ensure(context, { members: [ana, bo, cleo] })).conversation
    await server.parley.as(bo).ask('membership.leave', { conversationId })
    await server.parley.as(ana).ask('membership.remove', { conversationId, userId: cleo, ban: true })
    await ensure(context, { members: [ana, bo, cleo], onlyThese: true })
    expect(Object.keys(await membersOf(conversationId, ana))).toEqual([ana])
  })

  test('loses invited users with onlyThese, but not the bots of its webhooks', async () => {
    const [ana, bo, cleo, dan] = await Promise.all([come('ana'), come('bo'), come('cleo'), come('dan')])
    const context = newName('order')
    const conversationId = (await ensure(context, { members: [ana.id, bo.id] })).conversation.id
    await ana.ask('membership.invite', { conversationId, userIds: [cleo.id, dan.id] })
    const { hook, path } = await ana.ask('hook.create', { conversationId, name: 'Builds' })
    await ensure(context, { members: [ana.id, dan.id], onlyThese: true })
    expect(await membersOf(conversationId, ana.id)).toEqual({
      [ana.id]: 'owner',
      [dan.id]: 'member',
      [hook.userId]: 'member',
    })
    for (const gone of [bo, cleo]) {
      expect(await refusal(gone.ask('membership.join', { conversationId }))).toMatchObject({ code: 'not_found' })
      await gone.heard('account.updated', ({ memberships }) => memberships.some(({ state }) => state === 'removed'))
    }
    const posted = await fetch(server.url + path, { method: 'POST', body: '{"text":"Build 7 is done"}' })
    expect(posted.status).toBe(200)
  })

  test('is found and changed while its owner is suspended, who is not added to another one', async () => {
    const [admin, ana, bo, cleo] = (await Promise.all(['admin', 'ana', 'bo', 'cleo'].map(known))) as [
      string,
      string,
      string,
      string,
    ]
    await server.parley.users.upsert({ id: admin, username: admin, role: 'admin' })
    const context = newName('order')
    const { id } = (await ensure(context, { members: [ana, bo] })).conversation
    await server.parley.as(admin).ask('administration.suspend', { userId: ana })
    const again = await ensure(context, { members: [{ userId: ana, role: 'owner' }, bo, cleo] })
    expect(again).toMatchObject({ isNew: false, conversation: { id } })
    expect(await membersOf(id, bo)).toEqual({ [ana]: 'owner', [bo]: 'member', [cleo]: 'member' })
    expect(await refusal(ensure(newName('order'), { members: [ana, bo] }))).toMatchObject({ code: 'not_found' })
  })

  test('is refused for unknown and deactivated users, and for malformed input', async () => {
    const ana = await known('ana')
    const away = await known('away')
    await server.parley.users.deactivate(away)
    const context = newName('order')
    for (const members of [[newId()], [ana, newId()], [away], [ana, away]]) {
      expect(await refusal(ensure(context, { members }))).toMatchObject({ code: 'not_found' })
    }
    const many = Array.from({ length: 101 }, () => newId())
    const malformed = [
      { members: [] },
      { members: many },
      { members: [7] },
      { members: [{ userId: ana, role: 'king' }] },
      { members: [ana], context: '' },
      { members: [ana], context: 'x'.repeat(201) },
      { members: [ana], context: '\0' },
      { members: [ana], name: ' ' },
      { members: [ana], king: true },
    ]
    for (const given of malformed) {
      expect(await refusal(ensure(context, given as never)), JSON.stringify(given).slice(0, 80)).toMatchObject({
        code: 'invalid_input',
      })
    }
    expect((await ensure(context, { members: [ana, ana] })).isNew).toBe(true)
  })

  test('has a visible name, even if the reference has no visible character', async () => {
    const ana = await known('ana')
    const long = newName('x'.repeat(150))
    expect((await ensure(long, { members: [ana] })).conversation.name).toBe('x'.repeat(100))
    expect((await ensure(`${'\u200b'.repeat(3)} `, { members: [ana] })).conversation.name).toBe('Room')
  })
})
