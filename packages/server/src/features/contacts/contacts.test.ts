import type { Contact } from '@parley/protocol'
import { contactLimits } from '@parley/protocol/features/contacts'
import { expect, test } from 'vitest'
import { arrive, arriveAll, enter, newId, type Person, refusalOf, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'

// Tests open its database beside it.
const { server } = serverWithPeople([], { sharedDatabase: true })

const two = () => arriveAll(server, 'ana', 'bo')

const stateOf = async (me: Person, other: Person) =>
  (await me.ask('contact.list', { limit: 100 })).contacts.find(({ userId }) => userId === other.id)?.state

/** What a device of this person was told of another one. */
const told = (me: Person, other: Person) =>
  me.all('account.updated').flatMap(({ contacts = [] }) => contacts.filter(({ userId }) => userId === other.id))

const states = (contacts: readonly Contact[]) => contacts.map(({ state }) => state)

test('a request appears on all devices of both users, and accepting it makes them contacts', async () => {
  const [ana, bo] = await two()
  const elsewhere = await enter(server, bo.signedIn)
  const { contact } = await ana.ask('contact.request', { userId: bo.id })
  expect(contact).toMatchObject({ userId: bo.id, state: 'requested' })
  await settled(ana, bo, elsewhere)
  expect(states(told(ana, bo))).toEqual(['requested'])
  for (const device of [bo, elsewhere]) expect(states(told(device, ana))).toEqual(['received'])
  const [heard] = bo.all('account.updated').filter(({ contacts }) => contacts)
  expect(heard?.users).toEqual([ana.user])
  expect((await bo.ask('contact.accept', { userId: ana.id })).contact.state).toBe('accepted')
  await settled(ana, bo, elsewhere)
  expect(states(told(ana, bo))).toEqual(['requested', 'accepted'])
  for (const device of [bo, elsewhere]) expect(states(told(device, ana))).toEqual(['received', 'accepted'])
  const { contacts, users } = await ana.ask('contact.list', { state: 'accepted' })
  expect({ states: states(contacts), users }).toEqual({ states: ['accepted'], users: [bo.user] })
})

test('other users are not told', async () => {
  const [ana, bo, cleo] = await arriveAll(server, 'ana', 'bo', 'cleo')
  await ana.ask('contact.request', { userId: bo.id })
  await bo.ask('contact.accept', { userId: ana.id })
  await ana.ask('contact.remove', { userId: bo.id })
  await settled(ana, bo, cleo)
  expect(cleo.all('account.updated')).toEqual([])
  expect(await cleo.ask('contact.list', {})).toEqual({ contacts: [], users: [], hasMore: false })
  expect((await cleo.ask('sync.run', {})).account.contacts ?? []).toEqual([])
})

test('if both request each other, they become contacts at once', async () => {
  const [ana, bo] = await two()
  await ana.ask('contact.request', { userId: bo.id })
  expect((await bo.ask('contact.request', { userId: ana.id })).contact.state).toBe('accepted')
  expect([await stateOf(ana, bo), await stateOf(bo, ana)]).toEqual(['accepted', 'accepted'])
})

test.each(['contact.request', 'contact.accept', 'contact.decline', 'contact.withdraw', 'contact.remove'] as const)(
  'repeating %s has no further effect',
  async (name) => {
    const [ana, bo] = await two()
    const [actor, other] = name === 'contact.accept' || name === 'contact.decline' ? [bo, ana] : [ana, bo]
    if (name !== 'contact.request') await ana.ask('contact.request', { userId: bo.id })
    if (name === 'contact.remove') await bo.ask('contact.accept', { userId: ana.id })
    const first = await actor.ask(name, { userId: other.id })
    await settled(ana, bo)
    const heard = [ana.all('account.updated').length, bo.all('account.updated').length]
    expect(await actor.ask(name, { userId: other.id })).toEqual(first)
    await settled(ana, bo)
    expect([ana.all('account.updated').length, bo.all('account.updated').length]).toEqual(heard)
  },
)

test('a declined user is not told, and further requests of theirs do not arrive', async () => {
  const [ana, bo] = await two()
  await ana.ask('contact.request', { userId: bo.id })
  await settled(ana, bo)
  const before = ana.all('account.updated').length
  expect((await bo.ask('contact.decline', { userId: ana.id })).contact.state).toBe('ended')
  await settled(ana, bo)
  expect(ana.all('account.updated').length).toBe(before)
  expect([await stateOf(ana, bo), await stateOf(bo, ana)]).toEqual(['requested', undefined])
  const heard = bo.all('account.updated').length
  await ana.ask('contact.withdraw', { userId: bo.id })
  expect((await ana.ask('contact.request', { userId: bo.id })).contact.state).toBe('requested')
  await settled(ana, bo)
  expect(bo.all('account.updated').length).toBe(heard)
  expect(await stateOf(bo, ana)).toBeUndefined()
})

test('after declining, a request in the other direction makes both contacts at once', async () => {
  const [ana, bo] = await two()
  await ana.ask('contact.request', { userId: bo.id })
  await bo.ask('contact.decline', { userId: ana.id })
  await bo.ask('contact.request', { userId: ana.id })
  expect([await stateOf(ana, bo), await stateOf(bo, ana)]).toEqual(['accepted', 'accepted'])
})

test('a withdrawn request disappears for both and can be made again', async () => {
  const [ana, bo] = await two()
  await ana.ask('contact.request', { userId: bo.id })
  await ana.ask('contact.withdraw', { userId: bo.id })
  expect([await stateOf(ana, bo), await stateOf(bo, ana)]).toEqual([undefined, undefined])
  expect(await refusalOf(bo, 'contact.accept', { userId: ana.id })).toMatchObject({ code: 'not_found' })
  await ana.ask('contact.request', { userId: bo.id })
  expect(await stateOf(bo, ana)).toBe('received')
})

test('removing a contact ends it for both', async () => {
  const [ana, bo] = await two()
  await ana.ask('contact.request', { userId: bo.id })
  await bo.ask('contact.accept', { userId: ana.id })
  await bo.ask('contact.remove', { userId: ana.id })
  await settled(ana, bo)
  expect(states(told(ana, bo))).toEqual(['requested', 'accepted', 'ended'])
  expect([await stateOf(ana, bo), await stateOf(bo, ana)]).toEqual([undefined, undefined])
})

test.each([
  ['accepts their own request', 'contact.accept'],
  ['declines their own request', 'contact.decline'],
  ['removes what is only asked for', 'contact.remove'],
] as const)('nobody %s', async (_, name) => {
  const [ana, bo] = await two()
  await ana.ask('contact.request', { userId: bo.id })
  expect(await refusalOf(ana, name, { userId: bo.id })).toMatchObject({ code: 'not_found' })
  expect(await stateOf(bo, ana)).toBe('received')
})

test('only the sender can withdraw a request, and requests to oneself or unknown users are refused', async () => {
  const [ana, bo] = await two()
  await ana.ask('contact.request', { userId: bo.id })
  expect(await refusalOf(bo, 'contact.withdraw', { userId: ana.id })).toMatchObject({ code: 'not_found' })
  expect(await refusalOf(ana, 'contact.request', { userId: 'nobody' })).toMatchObject({ code: 'not_found' })
  expect(await refusalOf(ana, 'contact.request', { userId: ana.id })).toMatchObject({ code: 'invalid_input' })
})

test('the list is filtered by state and read in pages', async () => {
  const ana = await arrive(server)
  const others = await arriveAll(server, 'one', 'two', 'three')
  for (const other of others) await other.ask('contact.request', { userId: ana.id })
  const first = await ana.ask('contact.list', { state: 'received', limit: 2 })
  expect(first.hasMore).toBe(true)
  const rest = await ana.ask('contact.list', { state: 'received', after: first.contacts.at(-1)?.userId, limit: 2 })
  expect(rest.hasMore).toBe(false)
  const listed = [...first.contacts, ...rest.contacts].map(({ userId }) => userId)
  expect(listed).toEqual(others.map(({ id }) => id).sort())
  expect((await ana.ask('contact.list', { state: 'accepted' })).contacts).toEqual([])
})

/** As many people as are asked for, who do nothing by themselves. */
async function crowd(count: number): Promise<string[]> {
  const { write, close } = await openTestDatabase(server.dataDir)
  const ids = Array.from({ length: count }, () => newId())
  const rows = ids.map((id) => ({ id, username: id, username_key: id, display_name: id, role: 'user', created_at: 0 }))
  await write
    .insertInto('users')
    .values(rows as never)
    .execute()
  await close()
  return ids
}

test('the number of open requests is limited, and withdrawing one makes room for another', async () => {
  const ana = await arrive(server)
  const [last = '', first = '', ...others] = await crowd(contactLimits.requested + 1)
  await Promise.all([first, ...others].map((userId) => ana.ask('contact.request', { userId })))
  expect(await refusalOf(ana, 'contact.request', { userId: last })).toMatchObject({ code: 'limit_reached' })
  await ana.ask('contact.withdraw', { userId: first })
  await ana.ask('contact.request', { userId: last })
})

test('the number of received requests is limited, and a blocked user gets the same answer as before', async () => {
  const [ana, bo, cleo] = await arriveAll(server, 'ana', 'bo', 'cleo')
  await ana.ask('block.add', { userId: cleo.id })
  const { write, close } = await openTestDatabase(server.dataDir)
  const rows = (await crowd(contactLimits.received)).map((other_id) => ({
    user_id: ana.id,
    other_id,
    state: 'received' as const,
    since: 0,
    account_rev: 0,
  }))
  for (let at = 0; at < rows.length; at += 100)
    await write
      .insertInto('contacts')
      .values(rows.slice(at, at + 100))
      .execute()
  await close()
  const refusal = await refusalOf(bo, 'contact.request', { userId: ana.id })
  expect(refusal).toMatchObject({ code: 'limit_reached' })
  expect(await refusalOf(cleo, 'contact.request', { userId: ana.id })).toEqual(refusal)
})

test('a sync brings new contacts and ended ones', async () => {
  const [ana, bo, cleo] = await arriveAll(server, 'ana', 'bo', 'cleo')
  const { epoch, account } = await ana.ask('sync.run', {})
  await ana.ask('contact.request', { userId: bo.id })
  await cleo.ask('contact.request', { userId: ana.id })
  const later = (await ana.ask('sync.run', { epoch, rev: account.rev })).account
  expect(later.contacts?.map(({ userId, state }) => [userId, state])).toEqual([
    [bo.id, 'requested'],
    [cleo.id, 'received'],
  ])
  expect(later.users?.map(({ id }) => id).sort()).toEqual([bo.id, cleo.id].sort())
  await ana.ask('contact.withdraw', { userId: bo.id })
  const last = (await ana.ask('sync.run', { epoch, rev: later.rev })).account
  expect(last.contacts?.map(({ userId, state }) => [userId, state])).toEqual([[bo.id, 'ended']])
  // A device that begins anew holds nothing that could have ended.
  const anew = (await ana.ask('sync.run', {})).account
  expect(anew.contacts?.map(({ userId }) => userId)).toEqual([cleo.id])
})
