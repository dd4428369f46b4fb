import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from './run-program.ts'
import { snippetsOf } from './snippets.ts'

const run = promisify(execFile)
const secret = 'a secret that the host application shares with nobody else'

/** By the name of each block in the page: the program, and the file that it wants. */
const languages: Record<string, [program: string, file: string, ...words: string[]]> = {
  js: [process.execPath, 'token.mjs'],
  python: ['python3', 'token.py'],
  php: ['php', 'token.php'],
  go: ['go', 'token.go', 'run'],
  ruby: ['ruby', 'token.rb'],
  java: ['java', 'ChatToken.java'],
}
const always = ['js', 'python']
/** With REQUIRE_SERVICES these do not skip either: `.ci/run` installs them. */
const required = ['php', 'ruby']

const isInstalled = (program: string) =>
  ['', ...(process.env.PATH ?? '').split(delimiter)].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

let server: TestServer
let folder: string
beforeAll(async () => {
  server = await startTestServer({ hostJwt: { secret } })
  folder = await mkdtemp(join(tmpdir(), 'parley-guide-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

test.for(Object.entries(languages))(
  '%s: the program of the guide signs a token that the server accepts',
  async (given, { skip }) => {
    const [language, [program, file, ...words]] = given
    const mustRun = always.includes(language) || (process.env.REQUIRE_SERVICES && required.includes(language))
    if (!mustRun) skip(!isInstalled(program), `${program} is not installed`)
    const [code = ''] = snippetsOf('your-own-users.md', language)
    await writeFile(join(folder, file), code)
    const env = { ...process.env, HOST_JWT_SECRET: secret, GOCACHE: join(folder, 'go'), GOTOOLCHAIN: 'local' }
    const { stdout } = await run(program, [...words, join(folder, file)], { env })
    const reply = await (await server.rest('GET', '/users/me', { token: stdout.trim() })).json()
    expect(reply).toMatchObject({ data: { user: { id: '42', username: 'Ana Müller', displayName: 'Ana Müller' } } })
  },
)

test('the page fetches a token and connects', async () => {
  const [signing = '', showing = ''] = snippetsOf('your-own-users.md', 'js')
  await writeFile(join(folder, 'signing.mjs'), signing)
  const env = { ...process.env, HOST_JWT_SECRET: secret }
  const { stdout } = await run(process.execPath, [join(folder, 'signing.mjs')], { env })
  const site: Server = createServer((_, response) => response.end(stdout.trim()))
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const { port } = site.address() as AddressInfo
  const code = showing
    .replace('https://app.example', `http://127.0.0.1:${port}`)
    .replace('https://chat.example', server.url)
  const program = await runProgram(`${code}\nconsole.log(chat.store.getState().me.displayName)\nawait chat.close()\n`)
  expect(await program.line()).toBe('Ana Müller')
  await program.close()
  site.closeAllConnections()
  site.close()
})
