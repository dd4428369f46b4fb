import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WireError } from '@parley/protocol'
import { Server } from 'socket.io'
import { expect, onTestFinished, test } from 'vitest'
import type { Chat } from '../chat.ts'
import { createChat, createChatOver } from '../chat-client.ts'
import { ChatError } from '../chat-error.ts'
import type { Clock } from '../environment.ts'
import { newId } from '../new-id.ts'
import { chatOf, connectedChat, held, idOf, seen, testServer, wireTo } from '../testing/test-chat.ts'
import { createBackoff, createSearchBackoff } from './backoff.ts'
import type { OpenLine } from './socket-line.ts'

/** A server that refuses every handshake and counts them. */
async function doorkeeper(meet: Parameters<ReturnType<Server['of']>['use']>[0]) {
  const http = createServer()
  const io = new Server(http)
  const tries: unknown[] = []
  io.of('/v1').use((socket, next) => {
    tries.push(socket.handshake.auth)
    meet(socket, next)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => void (await io.close()))
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, tries }
}

const refusingServer = (error: Omit<WireError, 'message' | 'requestId'>) =>
  doorkeeper((_, next) => {
    next(Object.assign(new Error('refused'), { data: { ...error, message: 'no', requestId: 'r' } }))
  })

test.each<[string, number, Parameters<typeof doorkeeper>[0]]>([
  ['hangs up on the doorstep', 60_000, (socket) => socket.conn.close()],
  ['lets one stand on the doorstep', 200, () => {}],
])('a server that %s is tried again', async (_, timeoutMs, meet) => {
  const { url, tries } = await doorkeeper(meet)
  const chat = createChat({ url, auth: 'token', timeoutMs }, { random: () => 0 })
  onTestFinished(() => chat.close())
  chat.connect().catch(() => {})
  await expect.poll(() => tries.length).toBeGreaterThan(2)
  expect(chat.store.getState()).toMatchObject({ status: 'offline', problem: { code: 'disconnected' } })
})

test('a protocol that is no longer served stops the client, and says so', async () => {
  const { url, tries } = await refusingServer({ code: 'upgrade_required' })
  const chat = createChat({ url, auth: 'token', client: 'test/1' })
  await expect(chat.connect()).rejects.toMatchObject({ code: 'upgrade_required' })
  expect(chat.store.getState()).toMatchObject({ status: 'closed', problem: { code: 'upgrade_required' } })
  expect(tries).toEqual([{ token: 'token', protocol: 1, client: 'test/1' }])
  await expect(chat.call('user.me', {})).rejects.toMatchObject({ code: 'upgrade_required' })
})

test('a refused token is replaced once; a second refusal stops the client', async () => {
  const { url, tries } = await refusingServer({ code: 'unauthenticated' })
  const asked: (string | undefined)[] = []
  const auth = async ({ replacing }: { replacing?: string }) => {
    asked.push(replacing)
    return `token ${asked.length}`
  }
  await expect(createChat({ url, auth }).connect()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(asked).toEqual([undefined, 'token 1'])
  expect(tries).toHaveLength(2)
  await expect(createChat({ url, auth: 'fixed' }).connect()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(tries).toHaveLength(3)
})

test('a chat that is closed while it fetches a token does not connect', async () => {
  const { url, tries } = await doorkeeper(() => {})
  const token = Promise.withResolvers<string>()
  const chat = createChat({ url, auth: () => token.promise })
  const connecting = expect(chat.connect()).rejects.toMatchObject({ code: 'closed' })
  await chat.close()
  await connecting
  token.resolve('token')
  // Another client tries after it: by then a try of this one has come, if there is one.
  const other = createChat({ url, auth: 'another token' })
  onTestFinished(() => other.close())
  other.connect().catch(() => {})
  await expect.poll(() => tries).toEqual([expect.objectContaining({ token: 'another token' })])
})

test('a busy server is left alone for as long as it asks', async () => {
  const { url, tries } = await refusingServer({ code: 'unavailable', retryAfterMs: 60_000 })
  const waits: number[] = []
  let proceed = () => {}
  const clock: Clock = {
    now: () => 0,
    after: (ms, run) => {
      waits.push(ms)
      proceed = run
      return () => {}
    },
  }
  const chat = createChat({ url, auth: 'token' }, { clock })
  const connecting = expect(chat.connect()).rejects.toMatchObject({ code: 'closed' })
  const offline = () => seen(chat, 'being offline', (state) => state.status === 'offline')
  await offline()
  expect(waits).toEqual([expect.any(Number)])
  expect(waits[0]).toBeGreaterThanOrEqual(60_000)
  proceed()
  await expect.poll(() => tries.length).toBe(2)
  await chat.close()
  await connecting
})

test('the network’s return ends the wait', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  let wake = () => {}
  let isWatched = false
  const onWake = (awoken: () => void) => {
    wake = awoken
    isWatched = true
    return () => {
      isWatched = false
    }
  }
  // The clock stands still: only the return can end the wait.
  const clock: Clock = { now: () => 10_000, after: () => () => {} }
  const chat = chatOf(wire.url, await server.register('ana'), {}, { clock, onWake })
  await chat.connect()
  wire.cut()
  await seen(chat, 'being offline', (state) => state.status === 'offline')
  wake()
  await seen(chat, 'being online', (state) => state.status === 'online')
  await chat.close()
  expect(isWatched).toBe(false)
})

test.each<[string, (chat: Chat) => void]>([
  ['a message that is sent', (chat) => void chat.messages.send(newId(), 'Hello?').settled.catch(() => {})],
  ['somebody who asks to connect', (chat) => void chat.connect().catch(() => {})],
])('M6: %s ends the wait before the next try', async (_, ask) => {
  const server = await testServer()
  const wire = await wireTo(server)
  // The clock stands still: nothing else can end the wait.
  const clock: Clock = { now: () => 10_000, after: () => () => {} }
  const chat = chatOf(wire.url, await server.register('ana'), {}, { clock })
  await chat.connect()
  wire.cut()
  await seen(chat, 'being offline', (state) => state.status === 'offline')
  ask(chat)
  await seen(chat, 'being online', (state) => state.status === 'online')
})

test('M6: a try that hangs gives way to another where somebody asks, and a fresh one does not', async () => {
  let isHanging = true
  const { url, tries } = await doorkeeper((_, next) => {
    if (!isHanging) next(Object.assign(new Error('no'), { data: { code: 'forbidden', message: 'no', requestId: 'r' } }))
  })
  let now = 0
  const clock: Clock = { now: () => now, after: () => () => {} }
  const chat = createChat({ url, auth: 'token', timeoutMs: 60_000 }, { clock })
  onTestFinished(() => chat.close())
  chat.connect().catch(() => {})
  await expect.poll(() => tries.length).toBe(1)
  chat.connect().catch(() => {})
  // Another client tries after it: by then a second try of this one has come, if there is one.
  const other = createChat({ url, auth: 'another token', timeoutMs: 60_000 }, { clock })
  onTestFinished(() => other.close())
  other.connect().catch(() => {})
  await expect.poll(() => tries).toContainEqual(expect.objectContaining({ token: 'another token' }))
  expect(tries).toHaveLength(2)
  isHanging = false
  now += 2_000
  chat.connect().catch(() => {})
  await seen(chat, 'the refusal of the second try', ({ problem }) => problem?.code === 'forbidden')
  expect(tries).toHaveLength(3)
})

test.each([1_000, 5_000, 20_000, 60_000])(
  'M6: after an outage of %i ms, 95 of 100 clients have found the host within 3 s, spread out',
  async (outageMs) => {
    const { clock, next } = steppedClock()
    const found: number[] = []
    const open: OpenLine = async () => {
      if (clock.now() < outageMs) throw new ChatError('disconnected', 'Nobody is there.')
      found.push(clock.now() - outageMs)
      return new Promise(() => {})
    }
    const environment = { clock, random: seeded(outageMs), onWake: () => () => {} }
    for (let i = 0; i < 100; i++) {
      const chat = createChatOver(open, { url: 'http://127.0.0.1', auth: 'token' }, environment)
      onTestFinished(() => chat.close())
      chat.connect().catch(() => {})
    }
    while (found.length < 100) {
      await new Promise((resolve) => setImmediate(resolve))
      next()
    }
    found.sort((a, b) => a - b)
    expect(found[94]).toBeLessThanOrEqual(3_000)
    // In no tenth of a second do more clients return than a host can admit at once.
    const tenths = Map.groupBy(found, (ms) => Math.floor(ms / 100))
    expect(Math.max(...[...tenths.values()].map(({ length }) => length))).toBeLessThanOrEqual(25)
  },
)

test('M6: a host that says when to come again, or that was away for minutes, is not looked for every 3 s', () => {
  const backoff = createSearchBackoff(() => 1)
  const waits = Array.from({ length: 102 }, () => backoff.next())
  expect(waits.slice(0, 5)).toEqual([500, 1_000, 2_000, 3_000, 3_000])
  expect(waits.slice(-3)).toEqual([3_000, 30_000, 30_000])
  backoff.reset()
  expect(Array.from({ length: 8 }, () => backoff.next(0)).at(-1)).toBe(30_000)
})

/** A clock that the test advances to its next timer. */
function steppedClock(): { clock: Clock; next(): void } {
  let now = 0
  let timers: { at: number; run: () => void }[] = []
  const after: Clock['after'] = (ms, run) => {
    const timer = { at: now + ms, run }
    timers.push(timer)
    return () => {
      timers = timers.filter((other) => other !== timer)
    }
  }
  const next = () => {
    const due = timers.toSorted((a, b) => a.at - b.at)[0]
    if (!due) return
    timers = timers.filter((other) => other !== due)
    now = due.at
    due.run()
  }
  return { clock: { now: () => now, after }, next }
}

/** Pseudo-random numbers, the same in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

test('a line that is lost soon after it was opened is opened less and less often', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const waits: number[] = []
  let now = 0
  const clock: Clock = {
    now: () => now,
    after: (ms, run) => {
      if (ms > 4_000) return () => {}
      waits.push(ms)
      const timer = setTimeout(run)
      return () => clearTimeout(timer)
    },
  }
  const chat = chatOf(wire.url, await server.register('ana'), {}, { clock, random: () => 1 })
  chat.connect().catch(() => {})
  for (const lasts of [0, 9_999, 0, 10_000, 0]) {
    await seen(chat, 'being online', (state) => state.status === 'online')
    now += lasts
    wire.cut()
    await seen(chat, 'being offline', (state) => state.status === 'offline')
  }
  expect(waits).toEqual([500, 1_000, 2_000, 500, 1_000])
})

test('a client that hung gets a hint to sync in place of the events that were left out, and holds each message once', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const ana = await connectedChat(server, 'ana')
  const eve = chatOf(wire.url, await server.register('eve'))
  await eve.connect()
  const { id } = await ana.conversations.create({ name: 'Kitchen', userIds: [idOf(eve)] })
  await seen(eve, 'the room', (state) => state.conversations[id])
  await eve.messages.loadLatest(id)

  let told = 0
  eve.on('message.created', () => void told++)
  wire.stall()
  // More than the buffers between two sockets of one machine can contain.
  const [sent, together] = [1_200, 40]
  const body = { kind: 'plain', text: '語'.repeat(4_000) } as const
  for (let i = 0; i < sent; i += together) {
    const send = () => ana.call('message.send', { conversationId: id, id: newId(), body })
    await Promise.all(Array.from({ length: together }, send))
  }
  wire.flow()
  await seen(eve, 'the last message', (state) => state.conversations[id]?.lastSeq === sent)
  expect(told).toBeLessThan(sent)
  await eve.messages.loadLatest(id)
  while (held(eve, id).messages[0]?.seq !== 1) await eve.messages.loadOlder(id)
  expect(held(eve, id).messages.map(({ seq }) => seq)).toEqual(Array.from({ length: sent }, (_, i) => i + 1))
})

test('a connection attempt can be given up by its caller without closing the chat', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  wire.down()
  const chat = chatOf(wire.url, await server.register('ana'))
  const givenUp = new AbortController()
  const first = chat.connect({ signal: givenUp.signal })
  givenUp.abort()
  await expect(first).rejects.toMatchObject({ name: 'AbortError' })
  await seen(chat, 'a failed try', (state) => state.status === 'offline' && state.problem?.code === 'disconnected')
  wire.up()
  await chat.connect()
  expect(chat.store.getState()).toMatchObject({ status: 'online', problem: null, me: { username: 'ana' } })
})

test('waits grow to 30 s at most, are spread over their whole length, and honour the server', () => {
  const longest = createBackoff(() => 1)
  expect(Array.from({ length: 9 }, () => longest.next())).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ])
  longest.reset()
  expect(longest.next(10_000)).toBe(10_500)
  expect(createBackoff(() => 0).next()).toBe(0)
})
