import { connect, type Socket } from 'node:net'

/** Picks with a seed, so that a run can be repeated. */
function createPick(seed: number) {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  }
  return <T>(choices: readonly T[]): T => choices[Math.floor((next() / 2 ** 32) * choices.length)] as T
}

type Pick = ReturnType<typeof createPick>

const paths = [
  '/',
  '/live',
  '/live/',
  '/socket.io/?EIO=4&transport=websocket',
  '/socket.io/?EIO=9&transport=websocket&sid=nobody',
  '/parley',
  '/parley/',
  '/parley/elsewhere',
  '/parley/api/v1/users/me',
  '/parley/socket.io',
  '/parley/socket.io/',
  '/parley/socket.io/?EIO=4&transport=websocket',
  '/parley/socket.io/?EIO=4&transport=polling',
  '/parley/socket.io/?EIO=4&transport=nothing',
  '/parley/socket.io/?EIO=4&transport=websocket&sid=nobody',
  '/parley/io/?EIO=3&transport=websocket',
  '/parley/../socket.io/?EIO=4&transport=websocket',
  '/parley//socket.io/?EIO=4&transport=websocket',
  '//parley/socket.io/',
  '/%00',
  '/parley/%',
  '*',
  `/parley/socket.io/?${'x'.repeat(8_000)}`,
]
const methods = ['GET', 'GET', 'GET', 'POST', 'OPTIONS', 'PUT', 'CONNECT', 'get', 'NOTHING']
const upgrades = ['websocket', 'WebSocket', 'websocket, h2c', 'h2c', 'TLS/1.0', '', '\u00ff', 'x'.repeat(4_000)]
const keys = ['AAAAAAAAAAAAAAAAAAAAAA==', 'AAAA', '', '\u0001', 'AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Key: BBBB']
const versions = ['13', '8', '0', '-1', 'thirteen', '13\r\nSec-WebSocket-Version: 13']
const connections = ['Upgrade', 'keep-alive, Upgrade', 'close', 'Upgrade, HTTP2-Settings']
const further = [
  '',
  'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99\r\n',
  'Sec-WebSocket-Protocol: \u00fe, , ,\r\n',
  'Content-Length: 4\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: -1\r\n',
  'Origin: https://evil.example\r\n',
  'Expect: 100-continue\r\n',
]
/** What follows the head: nothing, frames of every kind of wrong, another request, bytes. */
const followers = [
  '',
  '\x81\x85',
  '\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff',
  '\x88\x80\0\0\0\0',
  'GET / HTTP/1.1\r\n',
  '\0'.repeat(64),
]
const ends = ['answer', 'answer', 'at once', 'reset', 'half', 'in the head'] as const

/** Asks for a websocket in some wrong way, or for something else. Resolves when that is sent. */
async function sendGarbage(port: number, pick: Pick): Promise<Socket> {
  const end = pick(ends)
  const head = [
    `${pick(methods)} ${pick(paths)} HTTP/1.1`,
    'Host: x',
    `Connection: ${pick(connections)}`,
    `Upgrade: ${pick(upgrades)}`,
    `Sec-WebSocket-Key: ${pick(keys)}`,
    `Sec-WebSocket-Version: ${pick(versions)}`,
  ].join('\r\n')
  const whole = `${head}\r\n${pick(further)}\r\n${pick(followers)}`
  const socket = connect(port, '127.0.0.1')
  const isOver = new Promise<void>((resolve) => {
    socket.on('error', () => {}).on('close', () => resolve())
  })
  socket.once('data', () => socket.destroy())
  const isSent = new Promise<void>((resolve) => {
    socket.write(end === 'in the head' ? head.slice(0, 60) : whole, 'latin1', () => resolve())
  })
  await Promise.race([isSent, isOver])
  if (end === 'at once' || end === 'in the head') socket.destroy()
  if (end === 'reset') socket.resetAndDestroy()
  if (end === 'half') socket.end()
  return socket
}

/** Not every piece of garbage is ever answered: of those that wait, the oldest gives up when there are so many. */
const mostWaiting = 100

/**
 * Sends so many malformed websocket requests to a port of this machine, which a seed chooses, with up to 100
 * connections open; resolves when the last is sent and all are closed.
 */
export async function sendGarbageUpgrades(port: number, count: number, seed: number): Promise<void> {
  const pick = createPick(seed)
  const waiting: Socket[] = []
  for (let sent = 0; sent < count; sent++) {
    waiting.push(await sendGarbage(port, pick))
    if (waiting.length > mostWaiting) waiting.shift()?.destroy()
  }
  for (const socket of waiting) socket.destroy()
}
