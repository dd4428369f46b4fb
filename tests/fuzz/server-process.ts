import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kill, listeningPort, startPinned } from '../../benchmarks/targets/pinned-process.ts'

type Line = { failure: string } | { memory: number }

/** The server that is fuzzed, in its own process with its own data directory. */
export class ServerProcess {
  readonly port: number
  /** Resolves with a sentence when the process has ended. */
  readonly ended: Promise<string>
  private readonly child: ChildProcess
  private readonly dataDir: string
  private failures: string[] = []
  private answerMemory: (bytes: number) => void = () => {}

  private constructor(child: ChildProcess, port: number, dataDir: string) {
    this.child = child
    this.port = port
    this.dataDir = dataDir
    this.ended = once(child, 'exit').then(([code, signal]) => `the server ended (${code ?? signal})`)
    child.on('message', (line: Line) => {
      if ('memory' in line) this.answerMemory(line.memory)
      else this.failures.push(line.failure.slice(0, 2_000))
    })
  }

  /** Starts it with an empty data directory; resolves when it listens. */
  static async start(): Promise<ServerProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-fuzz-'))
    const script = new URL('./fuzzed-server.ts', import.meta.url).pathname
    const child = startPinned({ script, args: [dataDir], nodeFlags: ['--expose-gc', '--trace-uncaught'] })
    return new ServerProcess(child, await listeningPort(child), dataDir)
  }

  /**
   * The lines that it logged as errors since the last call. Each is a failure, for clients cannot cause such a line.
   */
  takeFailures(): string[] {
    return this.failures.splice(0)
  }

  /** Bytes in use after a garbage collection. */
  memory(): Promise<number> {
    const answer = new Promise<number>((resolve) => {
      this.answerMemory = resolve
    })
    this.child.send('memory')
    return answer
  }

  /** Ends the process, and removes its data. */
  async close(): Promise<void> {
    await kill(this.child)
    await rm(this.dataDir, { recursive: true, force: true })
  }
}
