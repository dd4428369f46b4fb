import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { listeningPort } from '../../../benchmarks/targets/pinned-process.ts'

const here = new URL('../../..', import.meta.url).pathname
const shiftedClock = new URL('./shifted-clock.ts', import.meta.url).pathname

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface NodeOptions {
  dataDir: string
  /** More flags of the server, such as where PostgreSQL and Redis are. */
  flags?: readonly string[]
  /** The folder of another version of Parley, with what it needs installed. */
  version?: string | undefined
}

/** Parley as a process of its own that can be killed, paused and told another time, and comes back on the same port. */
export class NodeProcess {
  /** Set by the first start, kept by all others. */
  port = 0
  /** Called if the process ends without having been asked to. */
  onCrash: (code: number | null) => void = () => {}
  private readonly options: NodeOptions
  private version: string
  private child: ChildProcess | undefined
  private shiftMs = 0

  constructor(options: NodeOptions) {
    this.options = options
    this.version = options.version ?? here
  }

  get pid(): number {
    if (!this.child?.pid) throw new Error('The node is not running.')
    return this.child.pid
  }

  /** Resolves when the server listens; tells how long that took, in milliseconds. */
  async start(): Promise<number> {
    const began = performance.now()
    const { dataDir, flags = [] } = this.options
    const own = ['--port', `${this.port}`, '--host', '127.0.0.1', '--data-dir', dataDir, '--rate-limits', 'off']
    const bin = join(this.version, 'packages/server/src/bin.js')
    const words = ['--import', shiftedClock, bin, ...own, '--log-level', 'error', ...flags]
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      env: { ...process.env, NODE_ENV: 'production', CLOCK_SHIFT_MS: `${this.shiftMs}` },
    })
    this.child = child
    running.add(child)
    child.once('exit', (code) => {
      running.delete(child)
      if (this.child === child) this.onCrash(code)
    })
    this.port = await listeningPort(child)
    return performance.now() - began
  }

  /** `kill -9`: no handler runs, nothing is flushed. */
  kill(): Promise<number | null> {
    return this.end('SIGKILL')
  }

  /** As an operator stops it: resolves with the exit code when it has finished. */
  terminate(): Promise<number | null> {
    return this.end('SIGTERM')
  }

  /** From the next start on it is of this version. */
  upgrade(): void {
    this.version = here
  }

  /** The process stands still, as in a long garbage collection or on a machine that sleeps. */
  pause(): void {
    this.child?.kill('SIGSTOP')
  }

  resume(): void {
    this.child?.kill('SIGCONT')
  }

  /** Sets the wall clock of the process, now and after each restart; what measures durations goes on as before. */
  shiftClock(ms: number): void {
    this.shiftMs = ms
    this.child?.send({ clockShiftMs: ms })
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.child
    this.child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return null
    const gone = once(child, 'exit')
    child.kill(signal)
    const [code] = (await gone) as [number | null]
    return code
  }
}
