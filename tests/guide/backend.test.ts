import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { testKeys } from '@parley/server/testing/test-keys'
import { expect, test } from 'vitest'
import { snippetsOf } from './snippets.ts'

const run = promisify(execFile)
const { server, ana } = serverWithPeople(['ana'])

type Scopes = Parameters<ReturnType<typeof testKeys>['make']>

/** The requests of the page in its order, and a shell with the key that the page's command makes. */
async function guide() {
  const commands = snippetsOf('backend.md', 'sh')
  const scopes =
    commands
      .join()
      .match(/--scopes (\S+)/)?.[1]
      ?.split(',') ?? []
  const { text } = await testKeys(server).make(...(scopes as Scopes))
  const env = { ...process.env, PARLEY_URL: server.url, PARLEY_KEY: text }
  return {
    requests: commands.filter((command) => command.startsWith('curl')),
    shell: async (command: string) => JSON.parse((await run('sh', ['-c', command], { env })).stdout),
  }
}

const user = { id: '42', username: 'ana', displayName: 'Ana Müller', avatarUrl: null, role: 'user' }

test('a reader of the guide sends its requests one after the other, and none is refused', async () => {
  const { requests, shell } = await guide()
  const answers: unknown[] = []
  for (const request of requests) answers.push(await shell(request))
  expect(answers).toMatchObject([
    { ok: true, data: { user } },
    { ok: true, data: {} },
    { ok: true, data: {} },
    { ok: true, data: { user } },
    { ok: true, data: { conversation: { context: 'order-77', name: 'Order 77' }, isNew: true } },
    { ok: true, data: { summary: { conversation: { name: 'Order 1001' } } } },
    { ok: true, data: { isDone: false } },
  ])
  await expect.poll(() => shell(requests.at(-1) ?? '')).toEqual({ ok: true, data: { isDone: true } })
})

test('the same requests again make nothing twice, and a deactivated user is not acted as', async () => {
  const { requests, shell } = await guide()
  const other = (request = '') => request.replaceAll('42', '43').replaceAll('7', '8').replace('1001', '1002')
  const [describe = '', describeMany = '', deactivate = '', restore = '', ensure = '', create = ''] =
    requests.map(other)
  await shell(describe)
  await shell(describeMany)
  expect(await ana.ask('user.get', { userId: '43' })).toEqual({ user: { ...user, id: '43' } })
  const first = await shell(create)
  expect(await shell(create)).toEqual(first)
  expect(await shell(ensure)).toMatchObject({ data: { isNew: true } })
  expect(await shell(ensure)).toMatchObject({ data: { isNew: false } })
  await shell(deactivate)
  await expect(shell(create.replace('1002', '1003'))).rejects.toThrow()
  expect(await shell(restore)).toEqual({ ok: true, data: { user: { ...user, id: '43' } } })
})
