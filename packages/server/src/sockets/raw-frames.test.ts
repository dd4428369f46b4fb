import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { arriveAll, newId, openRoom, type Person, say } from '../testing/people.ts'
import { dialRaw, type RawSocket } from '../testing/raw-socket.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let ana: Person
let bo: Person
let eve: Person
let room: string
let said = 0
const open = new Set<WebSocket>()
beforeAll(async () => {
  server = await startTestServer()
  ;[ana, bo, eve] = await arriveAll(server, 'ana', 'bo', 'eve')
  room = await openRoom(ana, [bo])
})
afterAll(() => server.close())

afterEach(async () => {
  for (const socket of open) socket.terminate()
  open.clear()
  const { seq, id } = await say(ana, room, `${said}`)
  expect(seq).toBe(++said)
  await bo.heard('message.created', ({ messages }) => messages?.[0]?.id === id)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
})

/** Ends with the test. */
function startDialing(dialing: Parameters<typeof dialRaw>[1] = {}): RawSocket {
  const raw = dialRaw(server.url, dialing)
  open.add(raw.socket)
  return raw
}

async function dial(path: '/socket.io' | '/io' = '/socket.io'): Promise<RawSocket> {
  const raw = startDialing({ path })
  expect(await raw.next('0')).toMatch(/^0\{/)
  return raw
}

const join = (namespace: string, token = eve.signedIn.accessToken) =>
  `40${namespace}${JSON.stringify({ token, protocol: 1 })}`

const deepList = `${'['.repeat(50_000)}${']'.repeat(50_000)}`

const frames: Record<string, (string | Buffer)[]> = {
  nothing: [''],
  'a letter': ['x'],
  'a digit that is no packet': ['9'],
  'an empty message': ['4'],
  'a message of another kind': ['4x'],
  'a packet type that does not exist': ['49'],
  'an upgrade': ['5'],
  'a noop': ['6'],
  'an unexpected pong': ['3', '3', '3'],
  'a ping, which is the server’s to send': ['2probe'],
  'a second handshake': ['0{"sid":"x"}'],
  'bad JSON': ['42/v1,["user.me",{]'],
  'half a JSON': ['42/v1,["user.me"'],
  'an event that is no list': ['42/v1,{}', '42/v1,"user.me"', '42/v1,7', '42/v1,null'],
  'an event without a name': ['42/v1,[]'],
  'an event whose name is null': ['42/v1,[null,{}]'],
  'an event whose name is a list': ['42/v1,[["user.me"],{}]'],
  'an event whose name is an object': ['42/v1,[{"toString":"x"},{}]'],
  'an event whose name is a number': ['42/v1,[5,{}]', '42/v1,[-1]', '42/v1,[1e400]'],
  'the reserved name connect': ['42/v1,["connect"]'],
  'the reserved name disconnect': ['42/v1,["disconnect","x"]'],
  'the reserved name disconnecting': ['42/v1,["disconnecting"]'],
  'the reserved name newListener': ['42/v1,["newListener"]'],
  'the name error': ['42/v1,["error",{}]'],
  'names of every object': ['42/v1,["__proto__",{}]', '42/v1,["constructor",{}]', '42/v1,["toString"]'],
  'an acknowledgement number without end': [`42/v1,${'9'.repeat(400)}["user.me",{}]`],
  'unexpected acknowledgements': ['43/v1,1[]', '43/v1,1["x"]', '43/v1,["x"]', '43/v1,-1[]'],
  'an error from a client': ['44/v1,{"message":"no"}'],
  'a second connect to the same namespace': ['40/v1,{}'],
  'a connect to a namespace that does not exist': ['40/admin,{}', '40/v1x,{}', `40/${'x'.repeat(10_000)},{}`],
  'an event for a namespace it is not in': ['42/admin,["user.me",{}]', '42["message:send",{}]'],
  'a namespace without an end': ['42/v1'],
  'bytes that were not announced': [Buffer.from('hello')],
  'an attachment that never comes': ['451-/v1,["user.me",{"_placeholder":true,"num":0}]', '42/v1,1["user.me",{}]'],
  'an attachment in another’s place': ['451-/v1,["user.me",{"_placeholder":true,"num":9}]', Buffer.from('x')],
  'an attachment at no number': ['451-/v1,["user.me",{"_placeholder":true,"num":"constructor"}]', Buffer.from('x')],
  'more attachments than there may be': ['45999999-/v1,["user.me"]'],
  'attachments of no count': ['45-/v1,["user.me"]', '45x-/v1,["user.me"]', '45-1-/v1,["user.me"]'],
  'bytes deep inside': [`451-/v1,["user.me",${deepList}]`, Buffer.from('x')],
  'a deep list': [`42/v1,["user.me",${deepList}]`],
  'many arguments': [`42/v1,["user.me",${'0,'.repeat(50_000)}0]`],
  'a frame that is too large': [`42/v1,["user.me","${'x'.repeat(300_000)}"]`],
  'bytes that are too many': [Buffer.alloc(300_000)],
  'a record separator of polling': ['42/v1,["user.me",{}]\u001e42/v1,["user.me",{}]'],
}

/** Engine.IO ignores these; after any other malformed frame the connection is closed. */
const passedOver = ['an upgrade', 'a noop', 'an unexpected pong', 'a second handshake']
const refused = ['a connect to a namespace that does not exist']
const unknownEvents = [
  'an event whose name is a number',
  'the name error',
  'names of every object',
  'an acknowledgement number without end',
  'a deep list',
  'many arguments',
]
/** Events that announce bytes: they are refused at once, and the bytes are dropped as they come. */
const withBytes = [
  'an attachment that never comes',
  'an attachment in another’s place',
  'an attachment at no number',
  'bytes deep inside',
]
/** The connection goes on, and its operations are answered. A stranger who joins twice is closed (A3). */
const goesOn = {
  signedIn: [...passedOver, ...refused, ...unknownEvents, ...withBytes, 'a namespace without an end'],
  stranger: [...passedOver, ...refused],
  foreign: [...passedOver, ...refused, ...unknownEvents, ...withBytes],
}

describe.each(Object.entries(frames))('%s', (name, sent) => {
  test('from a signed-in socket affects no other client', async () => {
    const { socket, next } = await dial()
    socket.send(join('/v1,'))
    expect(await next('40/v1,')).toMatch(/"sid"/)
    for (const frame of sent) socket.send(frame)
    socket.send('42/v1,7["user.me",{}]')
    const answer = await next('43/v1,7')
    if (goesOn.signedIn.includes(name)) expect(answer).toContain(eve.id)
    else expect(answer).toBe('closed')
  })

  test('from a socket that has not signed in affects no other client', async () => {
    for (const path of ['/socket.io', '/io'] as const) {
      const { socket, next } = await dial(path)
      for (const frame of sent) socket.send(frame)
      socket.send('40/v1,{}')
      const answer = await next('44/v1,')
      if (goesOn.stranger.includes(name)) expect(answer).toMatch(/refused/)
      else expect(answer).toBe('closed')
    }
  })

  test('from a foreign client affects no other client', async () => {
    const { socket, next } = await dial()
    socket.send(join(''))
    expect(await next('40{')).toMatch(/"sid"/)
    for (const frame of sent) socket.send(typeof frame === 'string' ? frame.replace('/v1,', '') : frame)
    socket.send('427["presence:update",{"status":"busy"}]')
    const answer = await next('437')
    if (goesOn.foreign.includes(name)) expect(answer).toContain('busy')
    else expect(answer).toBe('closed')
  })
})

test.each([
  ['/v1,', (id: string) => ['message.send', { conversationId: room, id, body: { kind: 'plain', text: 'gone' } }]],
  ['', () => ['message:send', { roomId: room, content: 'gone' }]],
] as const)(
  'B9: an operation behind a disconnect on "%s" is not run, also in the same packet of the network',
  async (namespace, saying) => {
    const { socket, next } = await dial()
    socket.send(join(namespace, bo.signedIn.accessToken))
    await next(`40${namespace}`)
    const { _socket: tcp } = socket as unknown as { _socket: Socket }
    tcp.cork()
    socket.send(`41${namespace}`)
    socket.send(`42${namespace}${JSON.stringify(saying(newId()))}`)
    tcp.uncork()
    for (let trip = 0; trip < 5; trip++) await ana.ask('receipt.read', { conversationId: room, seq: said })
    const { messages } = await ana.ask('message.page', { conversationId: room, limit: 1 })
    expect(messages[0]?.body).not.toMatchObject({ text: 'gone' })
  },
)

test.each(['/v1,', ''])('a packet above 256 KiB on "%s" closes the connection with code 1009', async (namespace) => {
  const { socket, next } = await dial()
  socket.send(join(namespace))
  await next(`40${namespace}`)
  const closed = once(socket, 'close')
  socket.send(`42${namespace}["user.me","${'x'.repeat(300_000)}"]`)
  expect(await closed).toEqual([1009, expect.anything()])
})

test('an operation before the handshake is not run', async () => {
  const { socket, next } = await dial()
  socket.send('42/v1,7["user.me",{}]')
  socket.send(join('/v1,'))
  expect(await next('4')).toBe('closed')
})

test('a valid operation on the same bare socket is answered', async () => {
  const { socket, next } = await dial()
  socket.send(join('/v1,'))
  await next('40/v1,')
  socket.send('42/v1,7["user.me",{}]')
  expect(JSON.parse((await next('43/v1,7')).slice('43/v1,7'.length))).toMatchObject([
    { ok: true, data: { user: { id: eve.id } } },
  ])
})

test('a websocket that takes the place of another is answered as the first was', async () => {
  const first = await dial()
  const { sid } = JSON.parse((await first.next('0')).slice(1))
  const second = startDialing({ query: `&sid=${sid}` })
  await once(second.socket, 'open')
  second.socket.send('2probe')
  expect(await second.next('3')).toBe('3probe')
  second.socket.send('5')
  second.socket.send(join('/v1,'))
  expect(await second.next('40/v1,')).toMatch(/"sid"/)
  second.socket.send('42/v1,7["user.me",{}]')
  expect(await second.next('43/v1,7')).toContain(eve.id)
})
