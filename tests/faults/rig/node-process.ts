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
  /** Further flags of the server, such as the addresses of PostgreSQL and Redis. */
  flags?: readonly string[]
  /** The folder of another version of Parley, with its dependencies installed. */
  version?: string | undefined
}

/**
 * A server in its own process, which can be killed and paused and whose clock can be set. It restarts on the same port.
 */
export class NodeProcess {
  /** Chosen by the first start, and used by all later ones. */
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

  /** The process id. Throws while the node does not run. */
  get pid(): number {
    if (!this.child?.pid) throw new Error('The node is not running.')
    return this.child.pid
  }

  /**
   * Starts the process, on the same port as before; resolves when the server listens, with the milliseconds that this
   * took. Rejects if it ends before.
   */
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

  /**
   * Kills the process as `kill -9` does: no handler runs, nothing is flushed. Resolves when it has ended; at once if it
   * does not run.
   */
  kill(): Promise<number | null> {
    return this.end('SIGKILL')
  }

  /** Stops the process as an operator does; resolves with the exit code, null if it does not run. */
  terminate(): Promise<number | null> {
    return this.end('SIGTERM')
  }

  /** Makes the next start use the version of this checkout. */
  upgrade(): void {
    this.version = here
  }

  /** Stops the process from running until `resume`, as a long garbage collection or a sleeping machine does. */
  pause(): void {
    this.child?.kill('SIGSTOP')
  }

  /** Lets the process run again. */
  resume(): void {
    this.child?.kill('SIGCONT')
  }

  /** Shifts the wall clock of the process, now and after each restart; monotonic clocks go on as before. */
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
