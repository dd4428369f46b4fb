import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { openDirect, openRoom, type Person, say, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { testKeys } from '@parley/server/testing/test-keys'
import { expect, test } from 'vitest'
import { runProgram } from './run-program.ts'
import { snippetsOf } from './snippets.ts'

const { server, ana } = serverWithPeople(['ana'])

test('the bot of the guide answers messages to it, and not its own answers', async () => {
  const [code = ''] = snippetsOf('bots.md', 'js')
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(16)
  const key = await testKeys(server).bot('echo')
  const bot = await runProgram(code, { PARLEY_URL: server.url, PARLEY_KEY: key.text })
  expect(await bot.line()).toBe('echo is there')
  const conversationId = await openDirect(ana, { id: key.userId } as Person)
  for (const text of ['Hello', 'Are you there?']) {
    await say(ana, conversationId, text)
    await ana.heard('message.created', ({ messages = [] }) =>
      messages.some(
        ({ senderId, body }) => senderId === key.userId && body?.kind === 'plain' && body.text === `You said: ${text}`,
      ),
    )
  }
  await bot.close()
  await settled(ana)
  const { messages } = await ana.ask('message.page', { conversationId })
  expect(messages).toHaveLength(4)
})

test('the requests of the guide make an incoming webhook, and send a message by it', async () => {
  const conversationId = await openRoom(ana)
  const shell = async (command: string, environment: Record<string, string>) => {
    const env = { ...process.env, PARLEY_URL: server.url, ...environment }
    return JSON.parse((await promisify(execFile)('sh', ['-c', command], { env })).stdout)
  }
  const [make = '', post = ''] = snippetsOf('bots.md', 'sh').filter((command) => command.startsWith('curl'))
  const made = await shell(make, { ROOM: conversationId, TOKEN: ana.signedIn.accessToken })
  expect(made).toMatchObject({ ok: true, data: { hook: { name: 'Builds', conversationId } } })
  expect(await shell(post, { HOOK_PATH: made.data.path })).toMatchObject({ ok: true })
  const { messages } = await ana.ask('message.page', { conversationId })
  expect(messages).toMatchObject([{ senderId: made.data.hook.userId, body: { text: 'Build 1001 is done' } }])
})
