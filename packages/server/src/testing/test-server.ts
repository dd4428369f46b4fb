import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  ClientToServerEvents,
  EventName,
  Input,
  OperationName,
  Output,
  Payload,
  Reply,
  ServerToClientEvents,
  SignedIn,
} from '@parley/protocol'
import pino from 'pino'
import { io, type Socket } from 'socket.io-client'
import type { ParleyOptions } from '../parley-options.ts'
import { createParley, type Parley } from '../server.ts'
import { patience } from './patience.ts'
import { topology } from './topology.ts'

/** A native socket, with what tests do with it. */
export interface TestSocket {
  socket: Socket<ServerToClientEvents, ClientToServerEvents>
  /** Runs an operation and resolves with its data. Rejects with the error of a refusal. */
  ask<N extends OperationName>(name: N, input: Input<N>): Promise<Output<N>>
  /** Sends an event and resolves with its reply, also if that is a refusal. */
  reply(name: string, ...args: unknown[]): Promise<Reply<unknown>>
  /** Resolves with the first event of this name that passes, past or future; rejects if none comes in time. */
  heard<N extends EventName>(name: N, passes?: (payload: Payload<N>) => boolean): Promise<Payload<N>>
  /** The events of this name so far. */
  all<N extends EventName>(name: N): Payload<N>[]
  /** Resolves when all events that were sent to this socket before have arrived, from any node. */
  settled(): Promise<void>
  close(): void
}

/** A server under test, of one node or several. */
export interface TestServer {
  /** The address of a node: of several nodes, each read gives the next one, as a proxy would. */
  readonly url: string
  /** The `Parley` object of a node: of several nodes, each read gives the next one. */
  readonly parley: Parley
  dataDir: string
  /** The same server, always by this one of its nodes. */
  at(node: number): TestServer
  /** Makes an account, whose password is `password of <username>`. */
  register(username: string): Promise<SignedIn>
  /** Connects a native socket; resolves once it gets all events of its user. */
  connect(signedIn: SignedIn): Promise<TestSocket>
  /** Sends a request to REST, below the path of the API. */
  rest(method: string, path: string, given?: { token?: string; body?: unknown }): Promise<Response>
  /** Closes the sockets and the nodes, and deletes the data, unless the options named the folder. */
  close(): Promise<void>
}

/**
 * Starts a server with a data folder of its own, without rate limits, on the topology of the tests.
 *
 * @example
 * const server = await startTestServer()
 * const ana = await server.connect(await server.register('ana'))
 * await ana.ask('conversation.create', { name: 'Kitchen' })
 * await server.close()
 */
export async function startTestServer(options: Partial<ParleyOptions> = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'parley-')))
  const nodes = await startNodes(dataDir, options)
  const sockets = new Set<TestSocket>()
  let next = 0

  const served = (node: () => TestNode): TestServer => {
    const url = () => node().url
    const rest: TestServer['rest'] = (method, path, { token, body } = {}) =>
      fetch(`${url()}/api/v1${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
    return {
      get url() {
        return url()
      },
      get parley() {
        return node().parley
      },
      dataDir,
      rest,
      at: (place) => served(() => nodes[place] as TestNode),
      register: async (username) => {
        const body = { username, password: `password of ${username}` }
        const reply = (await (await rest('POST', '/users', { body })).json()) as Reply<SignedIn>
        if (!reply.ok) throw new Error(reply.error.message)
        return reply.data
      },
      connect: async ({ accessToken }) => {
        const socket = await openSocket(url(), accessToken, () => settle(nodes))
        sockets.add(socket)
        return socket
      },
      close,
    }
  }
  const close = async () => {
    for (const socket of sockets) socket.close()
    await Promise.all(nodes.map(({ parley }) => parley.close()))
    if (options.dataDir !== undefined) return
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  }
  return served(() => nodes[next++ % nodes.length] as TestNode)
}

interface TestNode {
  parley: Parley
  url: string
}

/** The passwords of tests are no secrets, and each account would take 27 ms of a core. */
const passwordCost = { memoryKiB: 1_024, passes: 1 }

async function startNodes(dataDir: string, options: Partial<ParleyOptions>): Promise<TestNode[]> {
  const where = options.databaseUrl === undefined ? await topology().optionsFor(dataDir) : {}
  const start = async () => {
    const log = pino({ level: 'silent' })
    const timing = { ...where.timing, ...options.timing }
    const parley = await createParley({ rateLimits: 'off', log, passwordCost, ...where, ...options, timing, dataDir })
    return { parley, url: await parley.listen(0) }
  }
  const nodes = await Promise.all(Array.from({ length: topology().nodes }, start))
  await settle(nodes)
  return nodes
}

/** In the first round all nodes publish their events, in the second the events of the others arrive. */
async function settle(nodes: readonly TestNode[]): Promise<void> {
  for (let round = 0; round < 2; round++) await Promise.all(nodes.map(({ parley }) => parley.settled()))
}

/**
 * Resolves with the first value that `find` returns, now or when the functions in `waiting` are called; rejects after a
 * deadline.
 */
const found = <T>(waiting: Set<() => void>, find: () => T | undefined, complaint: () => string) =>
  new Promise<T>((resolve, reject) => {
    const late = setTimeout(() => {
      waiting.delete(look)
      reject(new Error(complaint()))
    }, patience.waitMs).unref()
    const look = () => {
      const result = find()
      if (result === undefined) return
      clearTimeout(late)
      waiting.delete(look)
      resolve(result)
    }
    waiting.add(look)
    look()
  })

const connected = (socket: TestSocket['socket']) =>
  new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })

async function openSocket(url: string, token: string, settle: () => Promise<void>): Promise<TestSocket> {
  const socket: TestSocket['socket'] = io(`${url}/v1`, {
    auth: { token, protocol: 1, client: 'test/1.0' },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  const past: { name: string; payload: unknown }[] = []
  const waiting = new Set<() => void>()
  socket.onAny((name: string, payload: unknown) => {
    past.push({ name, payload })
    for (const look of [...waiting]) look()
  })
  await connected(socket)
  const reply = (name: string, ...args: unknown[]) =>
    new Promise<Reply<unknown>>((resolve) => (socket as unknown as Socket).emit(name, ...args, resolve))
  // An answer shows that it gets events: a socket that is merely connected could still miss some.
  const ended = new Promise<unknown>((resolve) => socket.once('disconnect', resolve))
  await Promise.race([reply('user.me', {}), ended])

  const all = <N extends EventName>(name: N) =>
    past.filter((event) => event.name === name).map((event) => event.payload as Payload<N>)

  return {
    socket,
    reply,
    all,
    ask: async <N extends OperationName>(name: N, input: Input<N>) => {
      const answer = await reply(name, input)
      if (!answer.ok) throw Object.assign(new Error(answer.error.message), answer.error)
      return answer.data as Output<N>
    },
    heard: <N extends EventName>(name: N, passes: (payload: Payload<N>) => boolean = () => true) => {
      const hearing = found(
        waiting,
        () => all(name).find(passes),
        () => {
          return `${name} never came; heard: ${past.map((event) => event.name).join(', ')}`
        },
      )
      // A test may end before the event comes, and then no code handles the rejection.
      hearing.catch(() => {})
      return hearing
    },
    settled: async () => {
      await settle()
      await reply('user.me', {})
    },
    close: () => void socket.disconnect(),
  }
}
