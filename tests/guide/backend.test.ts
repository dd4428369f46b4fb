import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { testKeys } from '@parley/server/testing/test-keys'
import { expect, test } from 'vitest'
import { snippetsOf } from './snippets.ts'

const run = promisify(execFile)
const { server, ana } = serverWithPeople(['ana'])

test('the requests of the guide create users, act as them once, make a room, and erase it all', async () => {
  const { text } = await testKeys(server).make('users', 'conversations', 'erase', 'act-as')
  const env = { ...process.env, PARLEY_URL: server.url, PARLEY_KEY: text }
  const shell = async (command: string) => JSON.parse((await run('sh', ['-c', command], { env })).stdout)
  const requests = snippetsOf('backend.md', 'sh').filter((command) => command.startsWith('curl'))
  const [describe = '', deactivate = '', restore = '', erase = '', ensure = '', create = ''] = requests
  expect(requests).toHaveLength(6)
  const user = { id: '42', username: 'ana', displayName: 'Ana Müller', avatarUrl: null, role: 'user' }
  expect(await shell(describe)).toEqual({ ok: true, data: { user } })
  expect(await ana.ask('user.get', { userId: '42' })).toEqual({ user })
  const [first, again] = [await shell(create), await shell(create)]
  expect(first).toMatchObject({ ok: true, data: { summary: { conversation: { name: 'Order 1001' } } } })
  expect(again).toEqual(first)
  await shell(describe.replaceAll('42', '7').replace('"ana"', '"bo"'))
  const room = { context: 'order-77', name: 'Order 77' }
  expect(await shell(ensure)).toMatchObject({ ok: true, data: { conversation: room, isNew: true } })
  expect(await shell(ensure)).toMatchObject({ ok: true, data: { conversation: room, isNew: false } })
  expect(await shell(deactivate)).toEqual({ ok: true, data: {} })
  await expect(shell(create.replace('1001', '1002'))).rejects.toThrow()
  expect(await shell(restore)).toEqual({ ok: true, data: { user } })
  expect(await shell(erase)).toEqual({ ok: true, data: { isDone: false } })
  await expect.poll(() => shell(erase)).toEqual({ ok: true, data: { isDone: true } })
})
