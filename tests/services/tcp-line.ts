import type { AddressInfo } from 'node:net'
import { createServer, connect as dial, type Socket } from 'node:net'

/** A way to a server that can be slow, or cut. */
export interface TcpLine {
  port: number
  /** What the server says takes so many milliseconds longer from now on. */
  delay(ms: number): void
  /** Ends every connection and takes no new one, or takes them again. */
  cut(isCut: boolean): void
  /** How many bytes went to the server. */
  passed(): number
  close(): Promise<void>
}

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
