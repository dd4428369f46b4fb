import { once } from 'node:events'
import type { Socket } from 'socket.io'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { startBareServer } from '../testing/bare-server.ts'

test('a client that is disconnected while it changes to a websocket gets the last event and packet before', async () => {
  const { io, url, close } = await startBareServer({ transports: ['polling', 'websocket'] })
  onTestFinished(close)
  const place = `${url}/socket.io/?EIO=4&transport=`
  const entered = once(io, 'connection') as Promise<[Socket]>
  const opened = await (await fetch(`${place}polling`)).text()
  const session = `&sid=${JSON.parse(opened.slice(1)).sid}`
  await fetch(`${place}polling${session}`, { method: 'POST', body: '40' })
  const [socket] = await entered
  await fetch(`${place}polling${session}`)

  const websocket = new WebSocket(`${place.replace('http', 'ws')}websocket${session}`)
  const frames: string[] = []
  websocket.on('message', (data) => frames.push(String(data)))
  await once(websocket, 'open')
  websocket.send('2probe')
  await expect.poll(() => frames).toEqual(['3probe'])
  socket.emit('farewell')
  socket.disconnect(true)
  websocket.send('5')
  await once(websocket, 'close')
  expect(frames).toEqual(['3probe', '42["farewell"]', '41'])
})
