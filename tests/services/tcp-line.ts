import type { AddressInfo } from 'node:net'
import { createServer, connect as dial, type Socket } from 'node:net'

/** A way to a server that can be slow, or cut. */
export interface TcpLine {
  port: number
  /** From now on, each chunk from the server reaches the client so many milliseconds later; order is kept. */
  delay(ms: number): void
  /** `true` ends every connection, and each new one at once; `false` lets new ones through again. */
  cut(isCut: boolean): void
  /** How many bytes clients have sent to the server so far, over all connections. */
  passed(): number
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1, and passes each connection on to the port `target` there. */
export async function startTcpLine(target: number): Promise<TcpLine> {
  const pairs = new Set<[Socket, Socket]>()
  let delayMs = 0
  let isCut = false
  let passed = 0

  const listener = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = dial(target, '127.0.0.1')
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end)
    near.on('data', (chunk) => {
      passed += chunk.length
      // What the server does not take yet waits with its sender.
      if (far.write(chunk)) return
      near.pause()
      far.once('drain', () => near.resume())
    })
    // Timers of one length end in the order in which they began; a shorter one must not overtake them.
    let last = Promise.resolve()
    far.on('data', (chunk) => {
      const due = new Promise((resolve) => setTimeout(resolve, delayMs))
      last = last.then(() => due).then(() => void near.write(chunk))
    })
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  return {
    port: (listener.address() as AddressInfo).port,
    delay: (ms) => {
      delayMs = ms
    },
    passed: () => passed,
    cut: (yes) => {
      isCut = yes
      if (yes) for (const pair of [...pairs]) for (const socket of pair) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        for (const pair of [...pairs]) for (const socket of pair) socket.destroy()
        listener.close(() => resolve())
      }),
  }
}
