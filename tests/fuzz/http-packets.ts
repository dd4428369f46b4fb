import { operations, pathNames, placeOfRest } from '@parley/protocol'
import type { Random } from '../faults/rig/random.ts'
import { hostileValue, mutate } from './hostile-values.ts'
import { goodInput, someOperation } from './operation-inputs.ts'
import { type PieceWorld, someConversationId, somePerson } from './piece-world.ts'

export interface HttpPacket {
  method: string
  /** The path with the query. */
  target: string
  headers: string[]
  body?: string | Buffer
  isChunked?: boolean
}

/** Makes a random request to an endpoint of the server, or nearly such a request. */
export function httpPacket(world: PieceWorld): HttpPacket {
  const { random } = world
  const packet = random.chance(0.75) ? ownRequest(world) : foreignRequest(world)
  return random.chance(0.4) ? twisted(random, packet) : packet
}

function ownRequest(world: PieceWorld): HttpPacket {
  const { random } = world
  const name = someOperation(world)
  const good = goodInput(world, name)
  const { method, path } = operations[name].http
  const given = random.chance(0.5) ? good : mutate(random, good)
  const fields: Record<string, unknown> = typeof given === 'object' && given !== null ? { ...given } : {}
  let target: string = path
  for (const field of pathNames(path)) {
    target = target.replace(`:${field}`, () => encodeURIComponent(textOf(fields[field])))
    if (random.chance(0.9)) delete fields[field]
  }
  const headers = headersOf(world)
  if (placeOfRest(method) === 'body')
    return { method, target: `/api/v1${target}`, headers, body: JSON.stringify(given) }
  const query = new URLSearchParams(Object.entries(fields).map(([key, value]) => [key, textOf(value)]))
  return { method, target: `/api/v1${target}?${query}`.slice(0, 12_000), headers }
}

const textOf = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
  return text.slice(0, 5_000).toWellFormed()
}

function headersOf(world: PieceWorld): string[] {
  const { random } = world
  const token = random.chance(0.85) ? somePerson(world).token : random.pick(['', 'x', 'a.b.c', 'é', ' '])
  const scheme = random.pick(['Bearer', 'Bearer', 'Bearer', 'bearer', 'Basic', 'Bearer Bearer'])
  const more = random.chance(0.1) ? [random.pick(oddHeaders)] : []
  return [`authorization: ${scheme} ${token}`, 'content-type: application/json', ...more]
}

const oddHeaders = [
  'content-type: multipart/form-data; boundary=x',
  'content-type: application/x-www-form-urlencoded',
  'content-encoding: gzip',
  'origin: null',
  'origin: https://evil.example',
  'origin: ///',
  'x-request-id: \u00e9',
  `x-request-id: ${'x'.repeat(500)}`,
  'x-forwarded-for: 1.2.3.4, , ::1, x',
  'x-forwarded-host: evil',
  'range: bytes=0-0,-1',
  'expect: 100-continue',
  'if-none-match: *',
  'accept-encoding: br, gzip, *;q=0',
  'cookie: a=b; =; ;;; %',
  'connection: keep-alive, x',
  'user-agent: \u00ff\u00fe',
]

const foreignPaths = [
  '/chat/rooms',
  '/chat/rooms/:id/messages',
  '/chat/conversations',
  '/chat/dm/:person',
  '/healthz',
  '/readyz',
  '/metrics',
  '/docs/api',
  '/docs/api/openapi.json',
  '/',
  '/favicon.ico',
  '/socket.io/',
  '/io/',
  '/api/v1',
  '/api/v1/:id',
]

function foreignRequest(world: PieceWorld): HttpPacket {
  const { random } = world
  const path = random.pick(foreignPaths)
  const target = path.replace(':id', () => someConversationId(world)).replace(':person', () => somePerson(world).id)
  const query = random.pick([
    '',
    '',
    '?before=x',
    '?limit=1e9',
    '?limit=-1&limit=2',
    '?EIO=4&transport=x',
    '?%',
    '?__proto__[a]=1',
  ])
  const body = random.chance(0.5) ? undefined : JSON.stringify(mutate(random, { name: 'Garden', isPrivate: true }))
  const method = random.pick(['GET', 'GET', 'POST', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])
  return { method, target: target + query, headers: headersOf(world), ...(body === undefined ? {} : { body }) }
}

/** A copy of the request with one fault, but still valid HTTP. */
function twisted(random: Random, packet: HttpPacket): HttpPacket {
  const body = String(packet.body ?? '')
  return random.pick([
    () => ({ ...packet, method: random.pick(['PATCH', 'TRACE', 'PROPFIND', 'M-SEARCH', 'QUERY', 'DELETE', 'PUT']) }),
    () => ({
      ...packet,
      target: packet.target.replace(/\w(?=\/|\?|$)/, () => random.pick(['%', '%00', '..', '//', '%2f', ';'])),
    }),
    () => ({
      ...packet,
      target: `${packet.target}${packet.target.includes('?') ? '&' : '?'}limit=${random.pick(numbers)}`,
    }),
    () => ({ ...packet, headers: [...packet.headers, random.pick(oddHeaders)] }),
    () => ({ ...packet, headers: [] }),
    () => ({ ...packet, body: body.slice(0, random.whole(0, body.length + 1)) }),
    () => ({ ...packet, body: JSON.stringify(hostileValue(random)) ?? '' }),
    () => ({ ...packet, body: Buffer.from([0xff, 0xfe, 0x7b, 0xc3, 0x28]) }),
    () => ({ ...packet, body: `${'['.repeat(60_000)}${']'.repeat(60_000)}` }),
    () => ({ ...packet, body: body || '{}', isChunked: true }),
    () => ({ ...packet, body: 'x'.repeat(300_000), isChunked: random.chance(0.5) }),
  ])()
}

const numbers = ['0', '-1', '1e3', '999999999999999', '9999999999999999', '%20', 'NaN', '1.5', '']

/** The bytes of a request; the last one on a connection has `connection: close`. */
export function httpBytes({ method, target, headers, body = '', isChunked }: HttpPacket, isLast: boolean): Buffer {
  const payload = Buffer.from(body)
  const head = [`${method} ${target} HTTP/1.1`, 'host: 127.0.0.1', ...headers]
  if (isChunked) head.push('transfer-encoding: chunked')
  else if (payload.length > 0 || method !== 'GET') head.push(`content-length: ${payload.length}`)
  if (isLast) head.push('connection: close')
  const start = Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
  return Buffer.concat([start, isChunked && payload.length > 0 ? chunked(payload) : payload])
}

function chunked(payload: Buffer): Buffer {
  const half = Math.ceil(payload.length / 2)
  const pieces = [payload.subarray(0, half), payload.subarray(half)].filter(({ length }) => length > 0)
  const chunks = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')])
}

/** Makes random bytes: no HTTP, half a request, or one whose headers are invalid or contradict its body. */
export function garbageBytes(world: PieceWorld): Buffer {
  const { random } = world
  const good = httpBytes(httpPacket(world), true)
  return random.pick([
    () => Buffer.from(Array.from({ length: random.whole(1, 300) }, () => random.whole(0, 256))),
    () => good.subarray(0, random.whole(0, good.length)),
    () => Buffer.from('GET / HTTP/9.9\r\n\r\n'),
    () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    () => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]),
    () => Buffer.from(`GET /${'a'.repeat(70_000)} HTTP/1.1\r\nhost: x\r\n\r\n`),
    () => Buffer.from(`GET /api/v1 HTTP/1.1\r\n${'a: b\r\n'.repeat(3_000)}\r\n`),
    () => Buffer.from('POST /api/v1/sync HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
    () => Buffer.from('POST /api/v1/sync HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello'),
    () => Buffer.from('GET /healthz HTTP/1.1\r\nhost: x\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'),
    () => Buffer.from(upgradeTo(random)),
    () => Buffer.from(`GET http://[:: HTTP/1.1\r\nhost: ${random.pick(['', '[', 'a b', '\u0001', 'x:99999'])}\r\n\r\n`),
  ])()
}

const upgradeTo = (random: Random) => {
  const path = random.pick(['/socket.io/', '/io/', '/', '/api/v1', '/socket.io/x', '//'])
  const query = random.pick([
    '?EIO=4&transport=websocket',
    '?EIO=3&transport=websocket',
    '?EIO=4&transport=websocket&sid=x',
    '?EIO=4&transport=__proto__',
    '?%',
  ])
  const key = random.pick(['dGhlIHNhbXBsZSBub25jZQ==', '', 'x'])
  return `GET ${path}${query} HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: ${key}\r\nsec-websocket-version: ${random.pick([13, 8, 99])}\r\n\r\nrest`
}
