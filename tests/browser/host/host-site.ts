import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Chat, createChat } from '@parley/client'
import { createParley, type ParleyOptions } from '@parley/server'
import pino from 'pino'
import { webRoot } from '../built-web-app.ts'

/** A file of the host's site, by its path. */
export type HostFiles = Record<string, string | Buffer>

const types: Record<string, string> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  json: 'application/json',
}

/** The user of a request: the host knows them by its own cookie, and gives them a token for other sites. */
const userOf = (name: string | undefined) =>
  name ? { id: name, username: name, displayName: name.charAt(0).toUpperCase() + name.slice(1) } : null

const nameIn = (cookie = '') => /\buser=(\w+)/.exec(cookie)?.[1]

export interface HostSite {
  url: string
  /** Each person whose chat is asked for, connected from elsewhere. */
  chatOf(name: string): Promise<Chat>
  /** What the host gave tokens for, in order. */
  tokensAsked: string[]
  close(): Promise<void>
}

/**
 * Starts an application with its own users, pages and styles, to whose server Parley is attached. A cookie `user=NAME`
 * signs a user in; `/chat-token` answers with the token of that user, or 401. `files` are its pages, `options` replace
 * those of Parley, and `headers` go with each page.
 */
export async function startHostSite(
  files: HostFiles,
  options: Partial<ParleyOptions> = {},
  headers = {},
): Promise<HostSite> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-host-'))
  const tokensAsked: string[] = []
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname
    const name = nameIn(request.headers.cookie)
    if (path === '/chat-token') {
      tokensAsked.push(name ?? '')
      response.writeHead(name ? 200 : 401, { 'content-type': 'application/json' })
      return response.end(JSON.stringify({ token: `token-of-${name}` }))
    }
    if (path === '/favicon.ico') return response.writeHead(204).end()
    const file = files[path]
    if (file === undefined) return response.writeHead(404).end('The host has no such page.')
    response
      .writeHead(200, { 'content-type': types[path.split('.').at(-1) ?? ''] ?? 'text/html', ...headers })
      .end(file)
  }
  const httpServer = createServer(answer)
  const parley = await createParley({
    dataDir,
    webRoot,
    rateLimits: 'off',
    log: pino({ level: 'silent' }),
    authenticate: ({ headers, token }) => userOf(token?.match(/^token-of-(\w+)$/)?.[1] ?? nameIn(headers.cookie)),
    ...options,
  })
  parley.attach(httpServer)
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`
  const chats: Chat[] = []
  return {
    url,
    tokensAsked,
    async chatOf(name) {
      const chat = createChat({ url: `${url}/parley`, auth: `token-of-${name}` })
      chats.push(chat)
      await chat.connect()
      return chat
    },
    async close() {
      for (const chat of chats) await chat.close()
      await parley.close()
      httpServer.closeAllConnections()
      await new Promise((resolve) => httpServer.close(resolve))
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
