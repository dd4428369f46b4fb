import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SignedIn } from '@parley/protocol'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { enter, openRoom } from '@parley/server/testing/people'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { runProgram } from './run-program.ts'
import { allSnippets } from './snippets.ts'

let server: TestServer
let ana: SignedIn
let room: string
beforeAll(async () => {
  server = await startTestServer()
  ana = await server.register('ana')
  const person = await enter(server, ana)
  room = await openRoom(person)
  person.close()
})
afterAll(() => server.close())

const codeOf = (page: string, beginning: string): string => {
  const found = allSnippets(page).find(({ code }) => code.includes(beginning))
  if (!found) throw new Error(`${page} has no block with ${beginning}`)
  return found.code
}

test('the requests with curl sign a user in and list the conversations', async () => {
  const [signIn = '', list = ''] = codeOf('README.md', 'curl localhost:3000').trim().split('\n')
  const place = server.url.replace('http://', '')
  const shell = async (command: string, TOKEN = '') => {
    const env = { ...process.env, TOKEN }
    return JSON.parse((await promisify(execFile)('sh', ['-c', `${command} -s`], { env })).stdout)
  }
  const signedIn = await shell(signIn.replace('localhost:3000', place).replace('…', 'password of ana'))
  expect(signedIn).toMatchObject({ ok: true, data: { user: { username: 'ana' } } })
  const listed = await shell(list.replace('localhost:3000', place), signedIn.data.accessToken)
  expect(listed).toMatchObject({ ok: true, data: { summaries: [{ conversation: { id: room } }] } })
})

test('any Socket.IO client can send', async () => {
  const code = codeOf('README.md', "/v1', { auth").replace('http://localhost:3000', server.url)
  const given = `
import { io } from 'socket.io-client'
import { v7 as uuidv7 } from 'uuid'
const { token, conversationId } = JSON.parse(process.env.GIVEN)
`
  const seen = code.replace('(reply) => {', '(reply) => { console.log(JSON.stringify(reply)); socket.close();')
  const GIVEN = JSON.stringify({ token: ana.accessToken, conversationId: room })
  const program = await runProgram(given + seen, { GIVEN })
  expect(JSON.parse(await program.line())).toMatchObject({ ok: true, data: { message: { body: { text: 'Hello' } } } })
  await program.close()
})

test('the SDK connects, hears and sends as its page says', async () => {
  const code = codeOf('packages/client/README.md', 'createChat').replace('https://chat.example.com', server.url)
  const given = `
const { token, conversationId } = JSON.parse(process.env.GIVEN)
const fetchToken = async () => token
`
  const GIVEN = JSON.stringify({ token: ana.accessToken, conversationId: room })
  const seen = code.replace('console.log(messages)', 'console.log(messages[0].body.text)')
  const program = await runProgram(`${given}${seen}\nchat.close()\n`, { GIVEN })
  expect(await program.line()).toBe('Hello')
  await program.close()
})

test('the protocol has what its page shows', async () => {
  const code = codeOf('packages/protocol/README.md', 'errorCatalogue')
  const shown = [...code.matchAll(/^(\S+) \/\/ (.*)$/gm)]
  const program = await runProgram(code.replace(/^(\S+) \/\/.*$/gm, 'console.log(JSON.stringify($1))'))
  const [http, retry, text] = [await program.line(), await program.line(), await program.line()]
  const path = '/conversations/:conversationId/messages'
  expect(JSON.parse(http)).toMatchObject({ method: 'POST', path })
  expect(shown[0]?.[2]).toContain(`method: 'POST', path: '${path}'`)
  expect([retry, text]).toEqual([shown[1]?.[2], shown[2]?.[2]?.split(',')[0]])
  await program.close()
})

test('the server joins an HTTP server below /parley', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-guide-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const code = codeOf('packages/server/README.md', 'createServer').replace('./chat', folder).replace('(3000)', '(0)')
  const given = `
const app = (_, response) => response.end('the app')
const userOfCookie = (cookie) => (cookie ? { id: cookie, username: cookie } : null)
`
  const asking = `
const url = 'http://localhost:' + httpServer.address().port
const ask = async (path, cookie) => (await fetch(url + path, { headers: cookie ? { cookie } : {} })).text()
console.log(await ask('/anything'))
console.log(await ask('/parley/api/v1/users/me', 'ana'))
console.log(await ask('/parley/api/v1/users/me'))
httpServer.closeAllConnections()
httpServer.close()
await parley.close()
`
  const program = await runProgram(given + code + asking)
  expect(await program.line()).toBe('the app')
  expect(JSON.parse(await program.line())).toMatchObject({ ok: true, data: { user: { id: 'ana' } } })
  expect(JSON.parse(await program.line())).toMatchObject({ ok: false, error: { code: 'unauthenticated' } })
  await program.close()
})
