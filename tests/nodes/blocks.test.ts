import { newId, openDirect, openRoom, type Person, plain, refusalOf, say, settled } from '@parley/server/testing/people'
import { beforeAll, expect, test } from 'vitest'
import { threeNodes } from './nodes.ts'

const nodes = threeNodes()

let ana: Person
let bo: Person
let cleo: Person
beforeAll(async () => {
  ana = await nodes.arriveAt(0, 'ana')
  bo = await nodes.arriveAt(1, 'bo')
  cleo = await nodes.arriveAt(2, 'cleo')
})

const isDegraded = async (node: number) =>
  ((await (await fetch(`${nodes.server().at(node).url}/readyz`)).json()) as { status: string }).status === 'degraded'

/** Asks `/readyz` of the node until it is degraded, or is not. */
const until = async (node: number, wanted: boolean) => {
  while ((await isDegraded(node)) !== wanted) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('a block holds on other nodes even if no hint of it reaches them', async () => {
  const direct = await openDirect(ana, bo)
  const room = await openRoom(cleo, [ana, bo])
  await say(bo, direct)
  await bo.ask('presence.watch', { userIds: [ana.id, cleo.id] })
  await settled(ana, bo, cleo)
  nodes.line().cut(true)
  await Promise.all([0, 1, 2].map((node) => until(node, true)))
  await ana.ask('block.add', { userId: bo.id })
  const sending = { conversationId: direct, id: newId(), body: plain('late') }
  expect(await refusalOf(bo, 'message.send', sending)).toMatchObject({ code: 'no_contact' })
  nodes.line().cut(false)
  await Promise.all([0, 1, 2].map((node) => until(node, false)))
  await settled(ana, bo, cleo)
  // The other nodes read the block that they missed, so it also holds after hints arrive again.
  const [heardByAna, before] = [[] as string[], bo.all('presence.updated').length]
  ana.socket.onAny((name: string) => heardByAna.push(name))
  await bo.ask('typing.set', { conversationId: room, isTyping: true })
  await bo.ask('typing.set', { conversationId: room, isTyping: false })
  await bo.ask('receipt.read', { conversationId: direct, seq: 1 })
  await ana.ask('presence.set', { status: 'busy' })
  await cleo.ask('presence.set', { status: 'busy' })
  await bo.heard('presence.updated', ({ userId, status }) => userId === cleo.id && status === 'busy')
  await settled(ana, bo, cleo)
  expect(heardByAna).toEqual([])
  const ofAna = bo
    .all('presence.updated')
    .slice(before)
    .filter(({ userId }) => userId === ana.id)
  expect(ofAna.filter(({ status }) => status !== 'offline')).toEqual([])
  expect((await bo.ask('presence.watch', { userIds: [ana.id] })).presences).toMatchObject([{ status: 'offline' }])
})
