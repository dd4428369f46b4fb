import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { commandsOnOneDatabase, runParley } from './parley-command.ts'

const commands = commandsOnOneDatabase()
const parley = async (...words: string[]) => (await commands.parley(...words)).stdout.trim()

test('the command creates keys in an empty database, and revokes them beside a server that is alone on it', async () => {
  const key = await parley('bot', 'create', 'echo')
  const server = await startTestServer({ dataDir: commands.dataDir() })
  const whoIs = async () => (await (await server.rest('GET', '/users/me', { token: key })).json()).data?.user
  expect(await whoIs()).toMatchObject({ username: 'echo', role: 'bot' })
  const id = key.slice(12, 28)
  expect(await parley('key', 'revoke', id)).toBe(`${id} is revoked.`)
  expect(await whoIs()).toBeUndefined()
  await server.close()
})

test('the command reports a database that it cannot reach in one sentence', async () => {
  const running = runParley('key', 'list', '--database-url', 'postgres://127.0.0.1:1/nothing')
  const failed = await running.catch((error) => error)
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The database cannot be used: .*\.\n$/) })
})
