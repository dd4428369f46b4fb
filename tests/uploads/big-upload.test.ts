import { type ChildProcess, fork } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { SignedIn } from '@parley/protocol'
import { newId } from '@parley/server/testing/people'
import { expect, onTestFinished, test } from 'vitest'
import { startTcpLine } from '../services/tcp-line.ts'

const size = 100 * 1024 * 1024
const cuts = 10
const mostGrowth = 32 * 1024 * 1024

const answerOf = async <T>(child: ChildProcess): Promise<T> => (await once(child, 'message'))[0] as T

async function startServer() {
  const program = new URL('./upload-server.ts', import.meta.url)
  const child = fork(program, { execArgv: ['--expose-gc', '--max-semi-space-size=1'] })
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    child.disconnect()
    await ended
  })
  const { url } = await answerOf<{ url: string }>(child)
  /** Its memory after a collection, and the most that it had since the last question. */
  const memory = async () => {
    child.send('memory')
    return answerOf<{ highest: number; rss: number }>(child)
  }
  return { url, memory }
}

/** What is uploaded, in pieces that are made as they are sent. */
const piece = randomBytes(1024 * 1024)
const pieces = (from: number) =>
  new ReadableStream({
    start() {},
    pull(controller) {
      if (from >= size) return controller.close()
      const start = from % piece.length
      const bytes = piece.subarray(start)
      from += bytes.length
      controller.enqueue(bytes)
    },
  })

/** Asks again where the connection that was kept open had been cut meanwhile. */
async function surely(ask: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await ask().catch(() => undefined)
    if (answer) return answer
  }
}

test('100 MB over a connection that is cut ten times arrive complete, without more memory of the server', async () => {
  const { url, memory } = await startServer()
  const line = await startTcpLine(Number(new URL(url).port))
  onTestFinished(() => line.close())
  const api = `http://127.0.0.1:${line.port}/api/v1`
  const json = { 'content-type': 'application/json' }
  const body = JSON.stringify({ username: 'ana', password: 'password of ana' })
  const { data } = (await (await fetch(`${api}/users`, { method: 'POST', headers: json, body })).json()) as {
    data: SignedIn
  }
  const authorization = `Bearer ${data.accessToken}`
  const id = newId()
  const upload = `${api}/uploads/${id}`
  const ask = async (path: string, method = 'GET', given?: object) =>
    fetch(api + path, {
      method,
      headers: { ...json, authorization },
      ...(given ? { body: JSON.stringify(given) } : {}),
    })

  /** Sends the rest, and cuts the line after some of it; gives the status of the answer, if there was one. */
  const send = async (offset: number, isCut: boolean) => {
    const headers = {
      authorization,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
    }
    const sending = fetch(upload, { method: 'PATCH', headers, body: pieces(offset), duplex: 'half' } as RequestInit)
    const status = sending.then((answer) => answer.status).catch(() => undefined)
    if (!isCut) return status
    const goal = Math.min(size - 1, offset + Math.floor(size / (cuts + 1)))
    while ((await stored(offset)) < goal) await new Promise(setImmediate)
    line.cut(true)
    line.cut(false)
    return status
  }
  /** How much of it lies on the disk: nothing is asked that ends the sending. */
  const stored = async (offset: number) => offset + line.passed() - before
  let before = 0

  await ask('/attachments', 'POST', { id, name: 'big.bin', size })
  const { rss: warm } = await memory()
  let done = 0
  let status: number | undefined
  let highest = 0
  for (let offset = 0; status !== 204; ) {
    before = line.passed()
    status = await send(offset, done < cuts)
    done++
    highest = Math.max(highest, (await memory()).highest)
    const head = await surely(() => fetch(upload, { method: 'HEAD', headers: { authorization } }))
    offset = Number(head.headers.get('upload-offset'))
  }
  expect(done).toBe(cuts + 1)
  highest = Math.max(highest, (await memory()).highest)
  const file = await surely(() => fetch(`${api}/files/${id}/original`, { headers: { authorization } }))
  const [sent, given] = [createHash('sha256'), createHash('sha256')]
  for (let at = 0; at < size; at += piece.length) sent.update(piece)
  for await (const bytes of file.body as ReadableStream<Uint8Array>) given.update(bytes)
  expect(given.digest('hex')).toBe(sent.digest('hex'))
  console.table({ 'memory of the server in MiB': { before: warm >> 20, highest: highest >> 20 } })
  expect(highest - warm).toBeLessThan(mostGrowth)
})
