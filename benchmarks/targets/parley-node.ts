import type { ChildProcess } from 'node:child_process'
import type { Probe } from '../scenario.ts'
import { kill, listeningPort, startPinned, stop } from './pinned-process.ts'

const bin = new URL('../../packages/server/src/bin.js', import.meta.url).pathname
/** The flags of `npm start`. */
const usualFlags = ['--max-semi-space-size=16']
const probe = new URL('server-probe.ts', import.meta.url).href

interface Start {
  /** Flags of the server, without host and port: storage, secret and rate limits. */
  flags: readonly string[]
  /** Any free port if left out. */
  port?: number
  core?: number
  /** More flags for Node. */
  nodeFlags?: readonly string[]
}

/** One node of Parley, started by its command as a process of its own. */
export class ParleyNode {
  readonly port: number
  private readonly child: ChildProcess

  private constructor(port: number, child: ChildProcess) {
    this.port = port
    this.child = child
  }

  /** Starts a node, and resolves once it listens; rejects if it ends before. */
  static async start({ flags, port = 0, core, nodeFlags = [] }: Start): Promise<ParleyNode> {
    const args = ['--port', String(port), '--host', '127.0.0.1', ...flags]
    const child = startPinned({ script: bin, args, nodeFlags: [...usualFlags, '--import', probe, ...nodeFlags], core })
    return new ParleyNode(await listeningPort(child), child)
  }

  /** The process id of the node. */
  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Asks the process for its figures, and begins a new period for them. Rejects if the node ends before it answers. */
  probe(): Promise<Probe> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('The server ended.'))
      this.child.once('exit', ended)
      this.child.once('message', (answer: { probe: Probe }) => {
        this.child.off('exit', ended)
        resolve(answer.probe)
      })
      this.child.send('probe')
    })
  }

  /** Lets the node close; resolves when its process has ended. */
  stop(): Promise<void> {
    return stop(this.child)
  }

  /** Kills the process without letting it close. */
  kill(): Promise<void> {
    return kill(this.child)
  }
}
