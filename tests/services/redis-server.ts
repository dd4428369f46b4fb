import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './free-port.ts'

/** The path of the first redis-server in `PATH`; undefined if there is none. */
export const redisProgram = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((file) => existsSync(file))

export interface RedisServer {
  url: string
  port: number
  pid(): number
  /** Ends it as a crash does: all that it held is lost. Resolves when it is gone; does nothing if it does not run. */
  kill(): Promise<void>
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>
  /** It stands still until `resume`; its connections stay open. */
  pause(): void
  resume(): void
  /** Sends one command over a connection of its own, as an operator would; rejects if Redis answers with an error. */
  command(...words: string[]): Promise<void>
  /** The same as `kill`. */
  dispose(): Promise<void>
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Starts a Redis of its own on a free port, which keeps nothing on the disk, and resolves when it takes connections. It
 * dies with this process. Throws if the machine has no redis-server.
 */
export async function startRedis(): Promise<RedisServer> {
  const program = redisProgram()
  if (program === undefined) throw new Error('There is no redis-server: install Redis 7 or newer.')
  const port = await freePort()
  let server: ChildProcess | undefined

  const start = async () => {
    const flags = { port, bind: '127.0.0.1', save: '', appendonly: 'no', daemonize: 'no', loglevel: 'notice' }
    const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])
    server = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'] })
    running.add(server)
    await ready(server)
  }
  const kill = async () => {
    const child = server
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    running.delete(child)
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: () => server?.pid ?? 0,
    kill,
    start,
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    command: (...words) => command(port, words),
    dispose: kill,
  }
}

const ready = (server: ChildProcess) =>
  new Promise<void>((resolve, reject) => {
    if (!server.stdout) return reject(new Error('Redis has no log to read.'))
    createInterface(server.stdout).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Redis ended (${code}).`)))
  })

async function command(port: number, words: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => void socket.write(`${words.join(' ')}\r\n`))
    socket.once('error', reject)
    socket.once('data', (answer) => {
      socket.destroy()
      if (String(answer).startsWith('-')) reject(new Error(String(answer)))
      else resolve()
    })
  })
}
