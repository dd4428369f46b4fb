import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { ParleyOptions } from '../parley-options.ts'
import { createParley } from '../server.ts'
import { knock } from '../testing/knock.ts'
import { arrive, arriveAll, newId, openRoom, type Person, plain, say, settled } from '../testing/people.ts'
import { stopClock } from '../testing/stopped-clock.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

interface Answer {
  status: number
  text: string
}

/** As a scraper sends it: `fetch` would choose the host's name itself. */
const get = (url: string, headers: Record<string, string> = {}) =>
  new Promise<Answer>((resolve, reject) => {
    request(url, { headers }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve({ status: response.statusCode ?? 0, text })
    })
      .once('error', reject)
      .end()
  })

/** Every sample of the page by its name and labels. */
async function figures(server: TestServer): Promise<Map<string, number>> {
  const { text } = await get(`${server.url}/metrics`)
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}

let server: TestServer
let sockets: Socket[]
const start = async (options: Partial<ParleyOptions> = {}) => {
  await server?.close()
  server = await startTestServer(options)
}
beforeEach(async () => {
  sockets = []
  server = await startTestServer()
})
afterEach(async () => {
  for (const socket of sockets) socket.disconnect()
  await server.close()
})

/** What changed by this work. */
async function changed(work: () => Promise<unknown>): Promise<Map<string, number>> {
  const before = await figures(server)
  await work()
  const after = await figures(server)
  return new Map([...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)]))
}

const foreign = (path: string, auth: Record<string, unknown>) => {
  const socket = io(server.url, { path, auth, transports: ['websocket'], forceNew: true, reconnection: false })
  sockets.push(socket)
  return socket
}
const once = (socket: Socket, event: string) => new Promise((resolve) => socket.once(event, resolve))

describe('sent messages', () => {
  let ana: Person
  let room: string
  beforeEach(async () => {
    const [first, bo] = await arriveAll(server, 'ana', 'bo')
    ana = first
    room = await openRoom(ana, [bo])
  })

  test('are each counted and timed', async () => {
    const change = await changed(async () => {
      for (let i = 0; i < 7; i++) await say(ana, room)
    })
    expect(change.get('parley_sends_total')).toBe(7)
    expect(change.get('parley_operations_total{operation="message.send"}')).toBe(7)
    expect(change.get('parley_events_total{event="message.created"}')).toBe(7)
    expect(change.get('parley_send_to_ack_seconds_count')).toBe(7)
    expect(change.get('parley_send_to_ack_seconds_bucket{le="+Inf"}')).toBe(7)
    expect(change.get('parley_send_to_delivery_seconds_count')).toBe(7)
    expect(change.get('parley_commit_jobs_sum')).toBe(7)
    expect(change.get('parley_commit_seconds_count')).toBe(change.get('parley_commit_jobs_count'))
  })

  test('that were sent again are counted again, but delivered once', async () => {
    const message = { conversationId: room, id: newId(), body: plain('Hello') }
    const change = await changed(async () => {
      for (let i = 0; i < 3; i++) await ana.ask('message.send', message)
    })
    expect(change.get('parley_sends_total')).toBe(3)
    expect(change.get('parley_events_total{event="message.created"}')).toBe(1)
    expect(change.get('parley_send_to_delivery_seconds_count')).toBe(1)
  })

  test('that are refused are counted by reason, and are in no other figure of sends', async () => {
    const eve = await arrive(server, 'eve')
    const change = await changed(async () => {
      for (let i = 0; i < 2; i++) {
        await eve.reply('message.send', { conversationId: room, id: newId(), body: plain('Let me in') })
      }
      await ana.reply('message.send', { conversationId: room })
      await server.rest('GET', '/conversations')
    })
    expect(change.get('parley_refusals_total{code="not_found",kind="command"}')).toBe(2)
    expect(change.get('parley_refusals_total{code="invalid_input",kind="command"}')).toBe(1)
    expect(change.get('parley_refusals_total{code="unauthenticated",kind="query"}')).toBe(1)
    expect(change.get('parley_send_failures_total{code="not_found"}')).toBe(2)
    expect(change.get('parley_send_failures_total{code="invalid_input"}')).toBe(1)
    expect(change.get('parley_operations_total{operation="message.send"}')).toBe(3)
    expect(change.get('parley_sends_total')).toBe(0)
    expect(change.get('parley_send_to_ack_seconds_count')).toBe(0)
    expect(change.get('parley_send_to_delivery_seconds_count')).toBe(0)
  })
})

test('syncs are counted by their outcome', async () => {
  const ana = await arrive(server)
  const room = await openRoom(ana)
  const { epoch, account } = await ana.ask('sync.run', { positions: [] })
  const rev = account.rev
  await ana.ask('sync.run', { epoch, rev, positions: [] })
  await ana.ask('sync.run', { epoch, rev, positions: [{ conversationId: room, rev: 1 }] })
  await ana.ask('sync.run', { epoch, rev, positions: [{ conversationId: room, rev: 999 }] })
  const page = await figures(server)
  expect(page.get('parley_syncs_total{outcome="reset"}')).toBe(1)
  expect(page.get('parley_syncs_total{outcome="delta"}')).toBe(2)
  expect(page.get('parley_syncs_total{outcome="conversation_reset"}')).toBe(1)
})

test('requests refused by the rate limit are counted by operation', async () => {
  onTestFinished(stopClock().release)
  await start({ rateLimits: 'on' })
  const ana = await arrive(server)
  const room = await openRoom(ana)
  const send = () => ana.reply('message.send', { conversationId: room, id: newId(), body: plain('Hello') })
  const replies = await Promise.all(Array.from({ length: 40 }, send))
  const refused = replies.filter((reply) => !reply.ok).length
  const page = await figures(server)
  expect(refused).toBeGreaterThan(0)
  expect(page.get('parley_rate_limited_total{operation="message.send"}')).toBe(refused)
  expect(page.get('parley_refusals_total{code="rate_limited",kind="command"}')).toBe(refused)
  expect(page.get('parley_sends_total')).toBe(40 - refused)
})

describe('connections', () => {
  test('are counted by vocabulary while they are open', async () => {
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    const early = foreign('/socket.io', { token: ana.signedIn.accessToken })
    const late = foreign('/io', {})
    await Promise.all([once(early, 'connect'), once(late, 'connect')])
    const before = await figures(server)
    expect(before.get('parley_connections{vocabulary="native"}')).toBe(2)
    expect(before.get('parley_connections{vocabulary="undecided"}')).toBe(1)
    expect(before.get('parley_connections{vocabulary="rooms"}')).toBe(0)
    expect(before.get('parley_transports')).toBe(4)

    early.emit('room:join', 'nowhere')
    await once(early, 'error')
    expect((await figures(server)).get('parley_connections{vocabulary="rooms"}')).toBe(1)

    late.emit('authenticate', { token: bo.signedIn.accessToken })
    await once(late, 'authenticated')
    expect((await figures(server)).get('parley_connections{vocabulary="rooms"}')).toBe(2)

    for (const socket of [early, late]) socket.disconnect()
    bo.close()
    await expect.poll(async () => (await figures(server)).get('parley_transports')).toBe(1)
    const after = await figures(server)
    expect(after.get('parley_connections{vocabulary="native"}')).toBe(1)
    expect(after.get('parley_connections{vocabulary="rooms"}')).toBe(0)
  })

  test('that are refused are counted by reason', async () => {
    await knock(server.url, { token: 'forged', protocol: 1 })
    await knock(server.url, { token: 'forged', protocol: 0 })
    await knock(server.url, {}, { extraHeaders: { origin: 'https://evil.example' } })
    await once(foreign('/socket.io', { token: 'forged' }), 'connect_error')
    const late = foreign('/io', {})
    late.emit('authenticate', { token: 'forged' })
    await once(late, 'unauthenticated')
    const page = await figures(server)
    expect(page.get('parley_handshake_refusals_total{reason="unauthenticated"}')).toBe(3)
    expect(page.get('parley_handshake_refusals_total{reason="upgrade_required"}')).toBe(1)
    expect(page.get('parley_handshake_refusals_total{reason="forbidden"}')).toBe(1)
    expect(page.get('parley_connections{vocabulary="native"}')).toBe(0)
  })
})

test('two servers in one process have separate figures', async () => {
  const other = await startTestServer()
  const ana = await arrive(server)
  await say(ana, await openRoom(ana))
  expect((await figures(server)).get('parley_sends_total')).toBe(1)
  const others = await figures(other)
  expect(others.get('parley_sends_total')).toBe(0)
  expect(others.get('parley_connections{vocabulary="native"}')).toBe(0)
  await other.close()
})

test('invented names sent by clients create no new figures', async () => {
  const ana = await arrive(server)
  const nonsense = async (round: number) => {
    for (let i = 0; i < 50; i++) {
      const word = `made.up${round}-${i}"} 1\nparley_fake 1`
      await ana.reply(word, { id: word })
      await ana.reply('message.send', { id: word, conversationId: word, body: { kind: word } })
      await server.rest('GET', `/${encodeURIComponent(word)}`, { token: encodeURIComponent(word) })
      await get(`${server.url}/socket.io/?EIO=4&transport=made-up-${round}-${i}`)
    }
    await settled(ana)
    return (await get(`${server.url}/metrics`)).text
  }
  const namesOf = (page: string) => page.match(/^parley_\w+(\{[^}]*\})?/gm)
  const process = /parley_process_handles\{.*/g
  const first = await nonsense(1)
  const second = await nonsense(2)
  expect(namesOf(second.replace(process, ''))).toEqual(namesOf(first.replace(process, '')))
  expect(second).not.toMatch(/made.up|fake/)
  expect((await figures(server)).get('parley_operations_total{operation="unknown"}')).toBe(100)
})

describe('the metrics page', () => {
  const token = 'for-the-metrics-page'
  const page = (headers: Record<string, string> = {}, url = server.url) => get(`${url}/metrics`, headers)

  test('is open to programs on this machine', async () => {
    const port = new URL(server.url).port
    expect((await page()).status).toBe(200)
    expect((await page({ host: `localhost:${port}` })).status).toBe(200)
  })

  test.each([
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-proto', 'https'],
    ['x-real-ip', '127.0.0.1'],
    ['forwarded', 'for=127.0.0.1'],
    ['via', '1.1 proxy'],
    ['host', 'chat.example'],
    ['host', 'localhost.evil.example'],
  ])('is not found for requests passed on by a proxy: %s: %s', async (name, value) => {
    const answer = await page({ [name]: value })
    expect(answer).toEqual(await get(`${server.url}/nothing-here`, { [name]: value }))
    expect(answer.status).toBe(404)
  })

  const address = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address

  test.skipIf(address === undefined)('is not found for other machines', async () => {
    const parley = await createParley({ dataDir: join(server.dataDir, 'other') })
    const { port } = new URL(await parley.listen(0, '0.0.0.0'))
    const headers = { host: `localhost:${port}` }
    expect((await page(headers, `http://127.0.0.1:${port}`)).status).toBe(200)
    expect((await page(headers, `http://${address}:${port}`)).status).toBe(404)
    await parley.close()
  })

  test('with a token set is open, from any address, to those who send that token', async () => {
    await start({ metricsToken: token })
    const forwarded = { host: 'chat.example', 'x-forwarded-for': '1.2.3.4' }
    expect((await page({ authorization: `Bearer ${token}`, ...forwarded })).status).toBe(200)
    for (const authorization of [`Bearer ${token}x`, `Bearer ${token.slice(1)}`, 'Bearer x', `Basic ${token}`, '']) {
      expect((await page({ authorization })).status).toBe(404)
    }
    expect((await page()).status).toBe(404)
  })

  test('with an empty token is open to nobody', async () => {
    await start({ metricsToken: '' })
    expect((await page()).status).toBe(404)
    expect((await page({ authorization: 'Bearer ' })).status).toBe(404)
  })

  test('can be read by Prometheus, and all of its figures are explained in the documents', async () => {
    const { text } = await page()
    for (const [name, value] of await figures(server)) expect([name, Number.isFinite(value)]).toEqual([name, true])
    const named = [...text.matchAll(/^# TYPE (\w+) (counter|gauge|histogram)$/gm)].map(([, name]) => name)
    expect(new Set(named).size).toBe(named.length)
    const documents = await readFile(new URL('../../../../docs/operations/observability.md', import.meta.url), 'utf8')
    const explained = [...documents.matchAll(/^\| `(parley_\w+)` +\|/gm)].map(([, name]) => name)
    expect(explained.sort()).toEqual(named.sort())
  })
})
