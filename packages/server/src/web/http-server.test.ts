import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { closeServer, listen } from './http-server.ts'

test('a connection that cannot be accepted does not end the process, nor does the next one', async () => {
  const httpServer = createServer((_, response) => response.end('served'))
  onTestFinished(() => closeServer(httpServer))
  const failures: Error[] = []
  const failed = (error: Error) => void failures.push(error)
  const url = await listen(httpServer, { port: 0, host: '127.0.0.1', failed })
  // As Node does if the system has no file descriptor left.
  const full = new Error('accept EMFILE')
  for (let times = 0; times < 2; times++) httpServer.emit('error', full)
  expect(failures).toEqual([full, full])
  expect(await (await fetch(url)).text()).toBe('served')
})
