import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { openLine } from './socket-line.ts'

/** A line to a server that answers each packet with the next of these. */
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

test.each(unreadable)('the answer [%s] ends the line, and with it what waits', async (answer) => {
  const line = await lineTo('40/v1,{}', '43/v1,1[{"ok":true,"data":"me"}]', '', `43/v1,2[${answer}]`)
  expect(await line.call('user.me', {})).toBe('me')
  const lost = { name: 'ChatError', code: 'disconnected' }
  const calls = [line.call('user.me', {}), line.call('user.me', {})]
  for (const call of calls) await expect(call).rejects.toMatchObject(lost)
  expect(await line.ended).toMatchObject(lost)
})

test.each(['null', '7', '{}', '{"data":null}'])('the refusal %s is a loss as well', async (refusal) => {
  await expect(lineTo(`44/v1,${refusal}`)).rejects.toMatchObject({ name: 'ChatError', code: 'disconnected' })
})
