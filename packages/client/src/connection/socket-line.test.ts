import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { openLine } from './socket-line.ts'

/** A line to a server that gives these packets, one for each that it gets. */
async function lineTo(...packets: string[]) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  server.on('connection', (peer) => {
    peer.send('0{"pingInterval":60000,"pingTimeout":0}')
    peer.on('message', () => {
      const packet = packets.shift()
      if (packet) peer.send(packet)
    })
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const options = { url, token: undefined, client: 'test/1', timeoutMs: 60_000 }
  return openLine(options, () => {}, new AbortController().signal)
}

const unreadable = ['', 'null', '{}', '7', '{"ok":false}', '{"ok":false,"error":null}', '{"ok":false,"error":{}}']

test.each(unreadable)('the answer [%s] fails its own call, and no other', async (answer) => {
  const line = await lineTo('40/v1,{}', `43/v1,1[${answer}]`, '43/v1,2[{"ok":true,"data":"me"}]')
  onTestFinished(() => line.drop())
  await expect(line.call('user.me', {})).rejects.toMatchObject({ name: 'ChatError', code: 'disconnected' })
  expect(await line.call('user.me', {})).toBe('me')
})

test.each(['null', '7', '{}', '{"data":null}'])('the refusal %s is one as well', async (refusal) => {
  await expect(lineTo(`44/v1,${refusal}`)).rejects.toMatchObject({ name: 'ChatError', code: 'disconnected' })
})
