import {
  arriveAll,
  enter,
  newId,
  openDirect,
  openRoom,
  plain,
  refusalOf,
  say,
  settled,
} from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { expect, test } from 'vitest'

/*
 * Blocks and contacts between users on different nodes. Once a block is acknowledged, neither user learns of the
 * other's presence, typing, receipts or direct messages.
 */

const { server } = serverWithPeople([])

test('a block and its end take effect on every node once they are acknowledged', async () => {
  const [ana, bo, cleo] = await arriveAll(server, 'ana', 'bo', 'cleo')
  // With several nodes, the devices of each are on different ones.
  const devices = [ana, bo].map(async (person) => [
    person,
    await enter(server, person.signedIn),
    await enter(server, person.signedIn),
  ])
  const [ofAna = [], ofBo = []] = await Promise.all(devices)
  const direct = await openDirect(ana, bo)
  const room = await openRoom(cleo, [ana, bo])
  await say(bo, direct)
  for (const device of ofAna) await device.ask('presence.watch', { userIds: [bo.id] })
  for (const device of ofBo) await device.ask('presence.watch', { userIds: [ana.id] })
  await settled(...ofAna, ...ofBo)

  await ana.ask('block.add', { userId: bo.id })
  for (const device of [...ofAna, ...ofBo]) {
    const other = ofAna.includes(device) ? bo : ana
    await device.heard('presence.updated', ({ userId, status }) => userId === other.id && status === 'offline')
  }
  await settled(...ofAna, ...ofBo, cleo)
  const heard: string[] = []
  for (const device of ofAna) device.socket.onAny((name: string) => heard.push(name))
  for (const device of ofBo) {
    const sending = { conversationId: direct, id: newId(), body: plain('late') }
    expect(await refusalOf(device, 'message.send', sending)).toMatchObject({ code: 'no_contact' })
    await device.ask('typing.set', { conversationId: direct, isTyping: true })
    await device.ask('typing.set', { conversationId: room, isTyping: true })
    await device.ask('typing.set', { conversationId: room, isTyping: false })
    await device.ask('receipt.read', { conversationId: direct, seq: 1 })
    await device.ask('presence.set', { status: 'busy' })
    await device.ask('presence.set', { status: 'online' })
  }
  await settled(...ofAna, ...ofBo, cleo)
  expect(heard).toEqual([])
  expect(cleo.all('typing.updated').length).toBeGreaterThan(0)

  const message = await say(bo, room)
  for (const device of ofAna) {
    await device.heard('message.created', ({ messages = [] }) => messages.some(({ id }) => id === message.id))
  }
  await ana.ask('block.remove', { userId: bo.id })
  for (const device of ofBo) await say(device, direct)
  await settled(...ofAna)
  for (const device of ofAna) {
    const here = device.all('message.created').filter(({ conversationId }) => conversationId === direct)
    expect(here).toHaveLength(ofBo.length + 1)
  }
})

test('two users become contacts and end that on different nodes, and all their devices learn of it', async () => {
  const [ana, bo] = await arriveAll(server, 'ana', 'bo')
  const elsewhere = [await enter(server, ana.signedIn), await enter(server, bo.signedIn)] as const
  await ana.ask('contact.request', { userId: bo.id })
  await elsewhere[1].ask('contact.accept', { userId: ana.id })
  await elsewhere[0].ask('contact.remove', { userId: bo.id })
  await settled(ana, bo, ...elsewhere)
  const states = (device: typeof ana) =>
    device.all('account.updated').flatMap(({ contacts = [] }) => contacts.map(({ state }) => state))
  for (const device of [ana, elsewhere[0]]) expect(states(device)).toEqual(['requested', 'accepted', 'ended'])
  for (const device of [bo, elsewhere[1]]) expect(states(device)).toEqual(['received', 'accepted', 'ended'])
})
