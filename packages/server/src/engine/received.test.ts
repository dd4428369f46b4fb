import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type BareServer, startBareServer } from '../testing/bare-server.ts'
import { whenReceived } from './received.ts'

let server: BareServer
beforeEach(async () => {
  server = await startBareServer()
})
afterEach(() => server.close())

test('a client counts as having received a packet once it answers a ping sent after it', async () => {
  const { socket, websocket } = await server.dial()
  websocket.removeAllListeners('message')
  const frames: string[] = []
  const pinged = new Promise<void>((resolve) => {
    websocket.on('message', (data) => {
      frames.push(String(data))
      if (String(data) === '2') resolve()
    })
  })
  let isReceived: boolean | undefined
  socket.emit('said', 1)
  const receiving = whenReceived(socket.conn).then((answer) => {
    isReceived = answer
  })
  await pinged
  await turn()
  expect(frames).toEqual(['42["said",1]', '2'])
  expect(isReceived).toBeUndefined()
  websocket.send('3')
  await receiving
  expect(isReceived).toBe(true)
})

test('the answer to an earlier ping does not confirm packets sent after that ping', async () => {
  const { socket, websocket } = await server.dial()
  websocket.removeAllListeners('message')
  const answers: string[] = []
  const asking = [1, 2].map((number) => whenReceived(socket.conn).then((answer) => answers.push(`${number} ${answer}`)))
  websocket.send('3')
  await asking[0]
  await turn()
  expect(answers).toEqual(['1 true'])
  websocket.send('3')
  await Promise.all(asking)
  expect(answers).toEqual(['1 true', '2 true'])
})

test('after a connection has closed, nothing counts as received', async () => {
  const { socket, websocket } = await server.dial()
  websocket.removeAllListeners('message')
  const asking = whenReceived(socket.conn)
  websocket.terminate()
  expect(await asking).toBe(false)
  expect(await whenReceived(socket.conn)).toBe(false)
})

test('if no ping can be sent, the second of Engine.IO’s own pings is awaited', async () => {
  const { socket } = await server.dial()
  const connection = socket.conn as unknown as { sendPacket: unknown; emit(name: string): void }
  connection.sendPacket = undefined
  let isReceived: boolean | undefined
  const receiving = whenReceived(socket.conn).then((answer) => {
    isReceived = answer
  })
  connection.emit('heartbeat')
  await turn()
  expect(isReceived).toBeUndefined()
  connection.emit('heartbeat')
  await receiving
  expect(isReceived).toBe(true)
})
