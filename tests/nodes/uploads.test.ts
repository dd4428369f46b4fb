import { newId, openRoom } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { fileOf, offsetOf, patch, sendFiles } from '@parley/server/testing/uploads'
import { expect, test } from 'vitest'

const { server, ana, bo, cleo } = serverWithPeople(['ana', 'bo', 'cleo'])

test('an upload continues on another node; members download the file from every node, removed ones from none', async () => {
  const nodes = [server.at(0), server.at(1), server.at(2)] as const
  const id = newId()
  const room = await openRoom(ana, [bo])
  await ana.ask('attachment.create', { id, name: 'three.txt', size: 9 })
  for (const [at, node] of nodes.entries()) {
    expect(await offsetOf(node, ana, id)).toBe(at * 3)
    expect((await patch(node, ana, id, at * 3, 'abc')).status).toBe(204)
  }
  await sendFiles(ana, room, [id])
  for (const node of nodes) {
    expect(await (await fileOf(node, id, bo)).text()).toBe('abcabcabc')
    expect((await fileOf(node, id, cleo)).status).toBe(404)
  }
  await ana.ask('membership.remove', { conversationId: room, userId: bo.id })
  for (const node of nodes) expect((await fileOf(node, id, bo)).status).toBe(404)
})

test('if three nodes get the same bytes at once, one accepts them, and the file is complete', async () => {
  const id = newId()
  await ana.ask('attachment.create', { id, name: 'x', size: 4 })
  const answers = await Promise.all([0, 1, 2].map((node) => patch(server.at(node), ana, id, 0, 'same')))
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409])
  expect(await (await fileOf(server, id, ana)).text()).toBe('same')
})
