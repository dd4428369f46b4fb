import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'
import { newWebhookSecret } from '../../packages/server/src/webhooks/signature.ts'
import { runProgram } from './run-program.ts'
import { snippetsOf } from './snippets.ts'

const folderOf = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-guide-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('an administrator suspends a user in process, and restores them with the SDK', async () => {
  const [suspending = '', restoring = ''] = snippetsOf('administration.md', 'js')
  const given = `
import { createParley } from '@parley/server'
import { createChat } from '@parley/client'
const parley = await createParley({
  dataDir: process.env.FOLDER,
  authenticate: ({ token }) => (token ? { id: token, username: token, role: token === 'ana' ? 'admin' : 'user' } : null),
})
await parley.users.upsert([{ id: 'ana', username: 'ana', role: 'admin' }, { id: 'mallory', username: 'mallory' }])
const chat = createChat({ url: await parley.listen(0, 'localhost'), auth: 'ana' })
await chat.connect()
const stateOf = async () => {
  const { people } = await parley.as('ana').ask('administration.listPeople', { state: 'suspended' })
  console.log(people.map(({ user }) => user.id).join())
}
`
  const program = `${given}${suspending}\nawait stateOf()\n${restoring}\nawait stateOf()\nchat.close()\nawait parley.close()\n`
  const running = await runProgram(program, { FOLDER: await folderOf() })
  expect(await running.line()).toBe('mallory')
  expect(await running.line()).toBe('')
  await running.close()
})

test('an app that embeds Parley passes its webhooks as the guide shows', async () => {
  const [code = ''] = snippetsOf('webhooks.md', 'ts')
  const program = `
import { createParley } from '@parley/server'
${code.replace('./chat', await folderOf())}
console.log((await parley.webhooks.list()).map(({ url }) => url).join())
await parley.close()
`
  const running = await runProgram(program, { PARLEY_WEBHOOK_SECRET: newWebhookSecret() })
  expect(await running.line()).toBe('https://app.example/parley')
  await running.close()
})
