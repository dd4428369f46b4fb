import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TcpProxy } from './tcp-proxy.ts'

/** Stores the bytes that it receives in `told`, and sends them back. */
let target: Server
let told = ''
let proxy: TcpProxy
const sockets: Socket[] = []

beforeEach(async () => {
  told = ''
  target = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    socket.on('data', (chunk) => {
      told += chunk
      socket.write(chunk)
    })
  })
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
  proxy = await new TcpProxy(() => [(target.address() as AddressInfo).port]).open()
})
afterEach(async () => {
  await proxy.close()
  for (const socket of sockets.splice(0)) socket.destroy()
  target.close()
})

interface Client {
  socket: Socket
  heard(): string
}

const dial = async (): Promise<Client> => {
  const socket = connect(proxy.port, '127.0.0.1')
  sockets.push(socket.on('error', () => {}))
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk
  })
  await once(socket, 'connect')
  return { socket, heard: () => heard }
}

const hears = async ({ socket, heard }: Client, text: string) => {
  while (heard() !== text) await once(socket, 'data')
}

test('bytes pass in both directions, in order', async () => {
  const client = await dial()
  for (const text of ['one ', 'two ', 'three']) client.socket.write(text)
  await hears(client, 'one two three')
})

test('a cut ends every connection, and refuses new ones until it is restored', async () => {
  const client = await dial()
  client.socket.write('one')
  await hears(client, 'one')
  const closed = once(client.socket, 'close')
  proxy.cut()
  await closed
  const refused = await dial()
  await once(refused.socket, 'close')
  proxy.restore()
  const again = await dial()
  again.socket.write('two')
  await hears(again, 'two')
})

test('bytes that are held in one direction arrive when the proxy is restored', async () => {
  const client = await dial()
  client.socket.write('one ')
  await hears(client, 'one ')
  proxy.hold('down')
  client.socket.write('two ')
  while (told !== 'one two ') await once(sockets[1] as Socket, 'data')
  expect(client.heard()).toBe('one ')
  proxy.hold('up')
  client.socket.write('three')
  proxy.restore()
  await hears(client, 'one two three')
})

test('while a direction is held, the other side does not learn of a close; afterwards it does', async () => {
  const client = await dial()
  client.socket.write('one')
  await hears(client, 'one')
  const server = sockets.find((socket) => socket.localPort === (target.address() as AddressInfo).port) as Socket
  proxy.hold('up', 'down')
  client.socket.destroy()
  const other = await dial()
  expect(server.closed).toBe(false)
  const closed = once(server, 'close')
  proxy.restore()
  await closed
  other.socket.write('two')
  await hears(other, 'two')
})

test('a slow proxy loses nothing and keeps the order', async () => {
  Object.assign(proxy, { delayMs: 20, bytesPerSecond: 100_000 })
  const client = await dial()
  const parts = Array.from({ length: 20 }, (_, i) => `part ${i} `)
  for (const part of parts) client.socket.write(part)
  await hears(client, parts.join(''))
})

test('a connection is cut right after a pattern was passed on: the target has received it, and its answer is lost', async () => {
  const client = await dial()
  const cut = new Promise<void>((resolve) => proxy.cutAfter('up', Buffer.from('commit'), resolve))
  const closed = once(client.socket, 'close')
  client.socket.write('begin; com')
  client.socket.write('mit')
  await Promise.all([cut, closed])
  const again = await dial()
  again.socket.write('!')
  await hears(again, '!')
  expect(told).toBe('begin; commit!')
  expect(client.heard()).not.toContain('mit')
})

test('a connection goes to the next target if the first is gone', async () => {
  const gone = createServer()
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve))
  const { port } = gone.address() as AddressInfo
  await new Promise((resolve) => gone.close(resolve))
  const choosing = await new TcpProxy(() => [port, (target.address() as AddressInfo).port]).open()
  const socket = connect(choosing.port, '127.0.0.1')
  sockets.push(socket)
  socket.write('here')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(String(answer)).toBe('here')
  await choosing.close()
})
