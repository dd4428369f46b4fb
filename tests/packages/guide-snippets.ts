import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { eventNames, operationNames } from '@parley/protocol'
import { expect, test } from 'vitest'
import { freePort } from '../services/free-port.ts'
import { linkInto, root, run } from './installed.ts'

interface Snippet {
  /** As it is called where it is tested: the page, and its number there. */
  file: string
  text: string
}

const sectionOf = (text: string, heading: string) => text.split(/^## /m).find((part) => part.startsWith(heading)) ?? ''

/** The programs of a page. One without an import goes on with the one before it. */
function snippetsOf(name: string, page: string): Snippet[] {
  const fences = [...page.matchAll(/^```tsx?\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)
  const programs: string[] = []
  for (const text of fences) {
    if (/^import /m.test(text) || programs.length === 0) programs.push(text)
    else programs.push(`${programs.pop()}\n${text}`)
  }
  return programs.map((text, at) => ({ file: `${name}-${at + 1}.tsx`, text }))
}

const read = (path: string) => readFile(join(root, path), 'utf8')

async function allSnippets(): Promise<Snippet[]> {
  const readme = sectionOf(await read('README.md'), 'Put it in your app')
  const pages = ['express', 'nest', 'moving-from-socket-io', 'administration'].map(async (name) =>
    snippetsOf(name, await read(`docs/guide/${name}.md`)),
  )
  return [...snippetsOf('readme', readme), ...(await Promise.all(pages)).flat()]
}

/** What a page has explained in words. */
const declarations = `
declare const conversationId: string
declare const file: File
`

/** The reader's own service of Nest. */
const sessions = `
import { Injectable, Module } from '@nestjs/common'

@Injectable()
export class Sessions {
  userOf = (cookie = '') => (cookie.includes('sid=ana') ? { id: 'ana', username: 'ana' } : null)
}

@Module({ providers: [Sessions], exports: [Sessions] })
export class SessionsModule {}
`

const compilerOptions = {
  ...{ strict: true, skipLibCheck: true, jsx: 'react-jsx', types: ['node'], outDir: 'compiled', rootDir: '.' },
  ...{ module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable'] },
  ...{ experimentalDecorators: true, emitDecoratorMetadata: true },
}

/**
 * Declares two tests: the programs of README and guide compile in the folder `appOf()`, and those that are servers
 * serve a user who is signed in; and all operations and events that the guide names exist.
 */
export function testGuide(appOf: () => string): void {
  test.concurrent('the programs of README and guide compile, and servers among them serve a signed-in user', async () => {
    const app = appOf()
    const place = join(app, 'guide')
    await mkdir(place)
    const snippets = await allSnippets()
    expect(snippets.length).toBeGreaterThan(8)
    await writeProgram(app, place, snippets)
    const tsc = join(root, 'node_modules', '.bin', 'tsc')
    const { stdout } = await run(tsc, ['--project', place]).catch((failed) => failed)
    expect(stdout).toBe('')

    const servers = snippets.filter(({ text }) => /from '(@parley\/server|@nestjs\/core)'/.test(text))
    expect(servers.length).toBeGreaterThan(3)
    for (const { file, text } of servers) {
      const program = join(place, 'compiled', file.replace('.tsx', '.js'))
      // Where the server is the reader's, they listen.
      if (!text.includes('.listen(')) await appendFile(program, '\nserver.listen(3000)\n')
      await serves(program, place, text.includes("basePath: '/'") ? '' : '/parley')
    }
  })

  test.concurrent('all operations and events that the guide names exist', async () => {
    const table = [...(await read('docs/guide/moving-from-socket-io.md')).matchAll(/^\|.*\|.*\|(.*)\|$/gm)]
    const named = table.flatMap(([, column = '']) =>
      [...column.matchAll(/`([a-z]+\.[a-zA-Z]+)`/g)].map(([, name]) => name),
    )
    expect(named.length).toBeGreaterThan(20)
    const known: string[] = [...operationNames, ...eventNames, 'auth.token']
    expect(named.filter((name) => !known.includes(name ?? ''))).toEqual([])
  })
}

/** All that the pages show, with what they leave to the reader. */
async function writeProgram(app: string, place: string, snippets: readonly Snippet[]): Promise<void> {
  for (const file of ['your-app.ts', 'listen-elsewhere.mjs']) {
    await cp(join(import.meta.dirname, 'consumer', file), join(place, file))
  }
  // A page's second program imports its first one by the name that this has in an application.
  const module = snippets.find(({ text }) => text.includes('class AppModule'))?.text ?? ''
  const written = [
    ...snippets.map(({ file, text }) => [file, text] as const),
    ['app-module.ts', module] as const,
    ['sessions.ts', sessions] as const,
    ['declarations.d.ts', declarations] as const,
  ]
  for (const [file, text] of written) await writeFile(join(place, file), text)
  const files = [...written.map(([file]) => file), 'your-app.ts']
  await writeFile(join(place, 'package.json'), JSON.stringify({ type: 'module' }))
  await writeFile(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  await linkInto(app, [
    ...['express', 'express-session', '@types/express', '@types/express-session'],
    ...['@nestjs/common', '@nestjs/core', '@nestjs/platform-express', 'reflect-metadata', 'rxjs'],
  ])
}

async function serves(program: string, place: string, basePath: string): Promise<void> {
  const port = await freePort()
  const cwd = join(place, `data-${port}`)
  await mkdir(cwd)
  const server: ChildProcess = spawn(process.execPath, ['--import', join(place, 'listen-elsewhere.mjs'), program], {
    cwd,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'exit')
  try {
    for await (const line of createInterface(server.stdout as NodeJS.ReadableStream)) if (line === 'ready') break
    const url = `http://127.0.0.1:${port}`
    const signedIn = await fetch(`${url}/sign-in`, { method: 'POST' })
    const cookie = [signedIn.headers.get('set-cookie')?.split(';')[0], 'sid=ana'].join('; ')
    const headers = { cookie, authorization: 'Bearer token-of-ana' }
    const me = await fetch(`${url}${basePath}/api/v1/users/me`, { headers })
    expect(await me.json()).toMatchObject({ data: { user: { id: 'ana' } } })
    expect((await fetch(`${url}${basePath}/api/v1/users/me`)).status).toBe(401)
  } finally {
    server.kill('SIGKILL')
    await ended
  }
}
