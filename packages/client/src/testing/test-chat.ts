import { type AddressInfo, createServer, type Socket as TcpSocket, connect as tcpConnect } from 'node:net'
import type { SignedIn } from '@parley/protocol'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { patience } from '@parley/server/testing/patience'
import { onTestFinished } from 'vitest'
import type { Chat, ChatOptions } from '../chat.ts'
import { createChat } from '../chat-client.ts'
import type { ChatState, ConversationState } from '../chat-state.ts'
import type { Environment } from '../environment.ts'

/** Starts a server that is closed after the test. */
export async function testServer(options?: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  const server = await startTestServer(options)
  onTestFinished(() => server.close())
  return server
}

/** An unconnected chat that is closed after the test. */
export function chatOf(
  url: string,
  signedIn: SignedIn,
  options: Partial<ChatOptions> = {},
  environment: Partial<Environment> = {},
): Chat {
  // A short, fixed backoff.
  const chat = createChat({ url, auth: signedIn.accessToken, ...options }, { random: () => 0.05, ...environment })
  onTestFinished(() => chat.close())
  return chat
}

/** Registers a user of this name, and resolves with their chat once it is online. It is closed after the test. */
export async function connectedChat(server: TestServer, username: string): Promise<Chat> {
  const chat = chatOf(server.url, await server.register(username))
  await chat.connect()
  return chat
}

/** Resolves with the result of `look` when it is neither undefined nor false, now or after a change of the state. */
export function seen<T>(chat: Chat, what: string, look: (state: ChatState) => T | undefined | false): Promise<T> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      unsubscribe()
      const { status, problem } = chat.store.getState()
      reject(new Error(`never seen: ${what} (${status}, ${problem})`))
    }, patience.waitMs)
    const check = (state: ChatState) => {
      const found = look(state)
      if (found === undefined || found === false) return false
      clearTimeout(deadline)
      resolve(found)
      return true
    }
    const unsubscribe = chat.store.subscribe((state) => {
      if (check(state)) unsubscribe()
    })
    if (check(chat.store.getState())) unsubscribe()
  })
}

/** The conversation as this chat holds it now. Throws if it does not. */
export function held(chat: Chat, conversationId: string): ConversationState {
  const conversation = chat.store.getState().conversations[conversationId]
  if (!conversation) throw new Error('the conversation is not held')
  return conversation
}

/**
 * The texts of the loaded messages, in order; null for a deleted or sealed one. An empty array without a conversation.
 */
export const texts = (state: ConversationState | undefined) =>
  state?.messages.map((message) => (message.body?.kind === 'plain' ? message.body.text : null)) ?? []

/** The id of the chat's user; an empty string before it is known. */
export const idOf = (chat: Chat): string => chat.store.getState().me?.id ?? ''

export interface Wire {
  url: string
  isUp(): boolean
  /** Ends every connection at once, without a closing handshake. */
  cut(): void
  /** Ends every connection, and refuses new ones until `up`. */
  down(): void
  up(): void
  /** Stops reading from the server, like a program that hangs, until `flow`. */
  stall(): void
  flow(): void
}

/**
 * A proxy to the server that a test can interrupt. It also ends a connection that sends more than `mostBytes` at once.
 */
export async function wireTo(server: TestServer, mostBytes = Number.POSITIVE_INFINITY): Promise<Wire> {
  const { hostname, port } = new URL(server.url)
  const open = new Set<TcpSocket>()
  const pipes = new Map<TcpSocket, TcpSocket>()
  let isUp = true
  const proxy = createServer((near) => {
    if (!isUp) return near.destroy()
    const far = tcpConnect(Number(port), hostname)
    pipes.set(far, near)
    far.on('close', () => pipes.delete(far))
    near.on('data', (chunk) => {
      if (chunk.length > mostBytes) far.destroy()
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of [...open]) socket.destroy()
  }
  onTestFinished(() => {
    cut()
    proxy.close()
  })
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    isUp: () => isUp,
    cut,
    down: () => {
      isUp = false
      cut()
    },
    up: () => {
      isUp = true
    },
    stall: () => {
      for (const far of pipes.keys()) far.unpipe().pause()
    },
    flow: () => {
      for (const [far, near] of pipes) far.pipe(near)
    },
  }
}

/** How often the server has renewed a token over an open socket, in all. */
export async function renewalsAt(server: { url: string }): Promise<number> {
  const figures = await (await fetch(`${server.url}/metrics`)).text()
  return Number(figures.match(/^parley_operations_total\{operation="session\.renew"\} (\d+)$/m)?.[1] ?? 0)
}
