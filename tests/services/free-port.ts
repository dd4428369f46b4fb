import { createServer } from 'node:net'

/*
 * Systems hand out ports from 32,768 or above to connections and to servers that ask for any. Below that, nothing takes
 * a port between the moment when it was found free and its use, nor while its server is down for a moment. Each process
 * has ports of its own. Browsers and `fetch` refuse to go to port 10,080, so all are above it.
 */
const first = 10_100
const each = 20
const blocks = 1_100

let next = 0

/**
 * A port on which nothing listens at 127.0.0.1, another one at each call. Nothing reserves it: no other process takes
 * it by chance, because each has a block of its own.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < each * blocks; tries++) {
    const port = first + ((process.pid * each + next++) % (each * blocks))
    if (await isFree(port)) return port
  }
  throw new Error('This machine has no free port.')
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer().once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
