import crypto from 'node:crypto'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { threadId, Worker } from 'node:worker_threads'

/*
 * Delays at random what this process receives: packets, results of the disk and of password hashes, messages of its
 * threads, and timers. Everything keeps its order within a connection or thread, so that only what no protocol promises
 * changes. It is plain JavaScript because the oldest Node loads it too.
 */

const later = globalThis.setTimeout
/** Milliseconds: half of the arrivals are on time, most others at most this late, and some five times as late. */
const usual = 8

let state = (Number(process.env.LATE_SEED) ^ (process.pid * 7919) ^ (threadId * 104729)) | 1
/** Xorshift: from 0 up to 1. */
const random = () => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32
}
const lateMs = () => (random() < 0.5 ? 0 : random() * usual * (random() < 0.8 ? 1 : 5))
const pause = () => new Promise((resolve) => later(resolve, lateMs()))

const push = Readable.prototype.push
const waiting = new WeakMap()

Socket.prototype.push = function (chunk, encoding) {
  const held = waiting.get(this) ?? { chunks: [], bytes: 0 }
  waiting.set(this, held)
  if (held.chunks.length === 0 && (chunk === null || random() < 0.5)) return push.call(this, chunk, encoding)
  // The buffer is used again after this call.
  held.chunks.push(chunk === null ? null : Buffer.from(chunk))
  held.bytes += chunk?.length ?? 0
  if (held.chunks.length === 1) later(release, lateMs(), this, held)
  return held.bytes + this.readableLength < this.readableHighWaterMark
}

/** Passes on one waiting chunk of a socket, or all of them. */
function release(socket, held) {
  const count = random() < 0.5 ? 1 : held.chunks.length
  for (let done = 0; done < count && !socket.destroyed; done++) {
    const chunk = held.chunks[0]
    held.bytes -= chunk?.length ?? 0
    push.call(socket, chunk)
    held.chunks.shift()
  }
  if (socket.destroyed) held.chunks.length = 0
  else if (held.chunks.length > 0) later(release, lateMs(), socket, held)
  else if (!socket.isPaused()) socket._read(0)
}

for (const [name, run] of Object.entries(fs)) {
  if (typeof run !== 'function' || name === 'watch' || name === 'opendir') continue
  fs[name] = async (...args) => {
    const result = await run(...args)
    await pause()
    return result
  }
}

for (const name of ['scrypt', 'pbkdf2']) {
  const run = crypto[name]
  crypto[name] = (...args) => run(...args.slice(0, -1), (...result) => later(args.at(-1), lateMs(), ...result))
}

const on = Worker.prototype.on
Worker.prototype.on = function (event, listener) {
  if (event !== 'message') return on.call(this, event, listener)
  let last = 0
  return on.call(this, event, (message) => {
    last = Math.max(last, performance.now() + lateMs())
    later(() => listener.call(this, message), last - performance.now())
  })
}

globalThis.setTimeout = Object.assign((run, ms = 0, ...args) => later(run, ms + lateMs() / 2, ...args), later)
for (const key of Object.getOwnPropertySymbols(later)) globalThis.setTimeout[key] = later[key]

syncBuiltinESMExports()
