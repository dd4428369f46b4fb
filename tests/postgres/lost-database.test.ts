import type { AddressInfo } from 'node:net'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import type { Message, Reply } from '@parley/protocol'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { arriveAll, newId, openRoom, type Person, plain, say } from '@parley/server/testing/people'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type PostgresCluster, startPostgres } from '../services/postgres-cluster.ts'

/*
 * A database that stops or hangs, or whose connection is cut at the worst moment. In each case, only stored messages
 * are acknowledged, every request is answered, and afterwards the server works again by itself.
 */

let cluster: PostgresCluster
let proxy: Proxy
let server: TestServer
let ana: Person
let bo: Person
let room: string
beforeAll(async () => {
  cluster = await startPostgres({ durable: true })
  proxy = await startProxy(cluster.port)
})
afterAll(async () => {
  await proxy.close()
  await cluster.dispose()
})
beforeEach(async () => {
  server = await startTestServer({
    sharedDatabase: true,
    databaseUrl: cluster.url().replace(`:${cluster.port}/`, `:${proxy.port}/`),
  })
  ;[ana, bo] = await arriveAll(server, 'ana', 'bo')
  room = await openRoom(ana, [bo])
})
afterEach(() => server.close())

const send = (id = newId()) => ana.reply('message.send', { conversationId: room, id, body: plain(id) })

const unavailable = { ok: false, error: { code: 'unavailable', retryAfterMs: expect.any(Number) } }

/** Repeats a request, as a client does, until it succeeds. */
const untilDone = async <T>(ask: () => Promise<Reply<unknown>>): Promise<T> => {
  let reply = await ask()
  const isDone = async () => {
    if (!reply.ok) expect(reply).toMatchObject(unavailable)
    reply = reply.ok ? reply : await ask()
    return reply.ok
  }
  await expect.poll(isDone).toBe(true)
  return (reply as { data: T }).data
}

const sendUntilTaken = async (id: string) => (await untilDone<{ message: Message }>(() => send(id))).message

const stored = async () => {
  const page = () => bo.reply('message.page', { conversationId: room, limit: 100 })
  return (await untilDone<{ messages: Message[] }>(page)).messages
}

describe('while the database', () => {
  const losses: [name: string, lose: () => Promise<void> | void, restore: () => Promise<void> | void][] = [
    ['is stopped as by a crash', () => cluster.stop('immediate'), () => cluster.start()],
    ['is stopped in order', () => cluster.stop('fast'), () => cluster.start()],
    ['hangs', () => cluster.pause(), () => cluster.resume()],
    ['is cut off', () => proxy.cut(), () => proxy.restore()],
  ]

  test.each(losses)('%s, requests are refused as unavailable; afterwards they work again', async (_, lose, restore) => {
    const first = await say(ana, room, 'before')
    const underWay = Array.from({ length: 20 }, () => newId())
    const replies = underWay.map((id) => send(id))
    await lose()
    const ids = [...underWay, newId(), newId()]
    const answers = await Promise.all([...replies, send(ids.at(-2)), send(ids.at(-1))])
    for (const answer of answers) if (!answer.ok) expect(answer).toMatchObject(unavailable)
    expect(answers.slice(-2)).toMatchObject([unavailable, unavailable])
    expect(await bo.reply('message.page', { conversationId: room, limit: 10 })).toMatchObject(unavailable)
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
    expect(ana.socket.connected && bo.socket.connected).toBe(true)

    await restore()
    const taken = await Promise.all(ids.map(sendUntilTaken))
    const messages = await stored()
    expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1))
    expect(messages.map(({ id }) => id).sort()).toEqual([first.id, ...ids].sort())
    // A resend gets the same message that had been acknowledged.
    answers.forEach((answer, index) => {
      if (answer.ok) expect((answer.data as { message: Message }).message).toEqual(taken[index])
    })
    for (const message of taken) expect(messages).toContainEqual(message)
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  })
})

test('a server closes even if its database hangs and does not answer the end of its connections', async () => {
  const other = await startTestServer({ databaseUrl: cluster.url(), sharedDatabase: true })
  await arriveAll(other, 'cleo')
  cluster.pause()
  await other.close()
  cluster.resume()
})

test('if a connection is cut at COMMIT, the send is refused, and a resend stores the message exactly once', async () => {
  for (const isReceived of [true, false]) {
    const id = newId()
    proxy.cutAtCommit(isReceived)
    expect(await send(id)).toMatchObject(unavailable)
    expect(bo.all('message.created').flatMap(({ messages }) => messages?.map((message) => message.id))).not.toContain(
      id,
    )
    const message = await sendUntilTaken(id)
    expect((await stored()).filter((one) => one.id === id)).toEqual([message])
  }
  const messages = await stored()
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1))
})

interface Proxy {
  port: number
  /** Cuts all connections, and refuses new ones. */
  cut(): void
  /** Accepts connections again. */
  restore(): void
  /** Cuts the next connection that sends COMMIT: when the database answers it, or before it arrives there. */
  cutAtCommit(isReceived: boolean): void
  close(): Promise<void>
}

async function startProxy(target: number): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let isCut = false
  let trap: { isReceived: boolean } | undefined
  const join = (near: Socket) => {
    const far = dial(target, '127.0.0.1')
    const pair = [near, far] as const
    const end = () => {
      pairs.delete(pair)
      for (const socket of pair) socket.destroy()
    }
    pairs.add(pair)
    let isTrapped = false
    near.on('data', (bytes) => {
      if (trap && bytes.toString('latin1').includes('commit')) {
        isTrapped = true
        const { isReceived } = trap
        trap = undefined
        if (!isReceived) return end()
      }
      far.write(bytes)
    })
    far.on('data', (bytes) => (isTrapped ? end() : near.write(bytes)))
    for (const socket of pair) socket.on('error', end).on('close', end)
  }
  const listener: Server = createServer((near) => (isCut ? near.destroy() : join(near)))
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    isCut = true
    for (const [near, far] of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    port: (listener.address() as AddressInfo).port,
    cut,
    restore: () => {
      isCut = false
    },
    cutAtCommit: (isReceived) => {
      trap = { isReceived }
    },
    close: () => {
      cut()
      return new Promise((resolve) => listener.close(() => resolve()))
    },
  }
}
