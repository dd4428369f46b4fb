import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})
// So that an interrupted run leaves no server behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

interface Start {
  /** A file of this repository. */
  script: string
  args?: readonly string[]
  /** Flags of Node, such as `--cpu-prof`. */
  nodeFlags?: readonly string[]
  /** Any core if left out. */
  core?: number
}

/**
 * Starts a script in a Node process of its own, on one core if `core` is given. The child is killed when this process
 * ends. `taskset` replaces itself by Node, so that the child's pid is that of the script.
 */
export const startPinned = ({ script, args = [], nodeFlags = [], core }: Start): ChildProcess => {
  const words = [process.execPath, ...nodeFlags, script, ...args]
  const command = core === undefined ? words : ['taskset', '-c', String(core), ...words]
  const child = spawn(command[0] ?? '', command.slice(1), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/**
 * Resolves with the port from the line that a server prints when it listens; rejects if the process ends before, or has
 * no readable output.
 */
export const listeningPort = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error('The process has no output to read.'))
    createInterface(child.stdout).on('line', (line) => {
      const port = /(?:127\.0\.0\.1|localhost):(\d+)/.exec(line)?.[1]
      if (port) resolve(Number(port))
    })
    child.once('exit', (code) => reject(new Error(`The server ended (${code}) before it listened.`)))
  })

/** Asks the process to end (SIGTERM), and resolves when it has; at once if it has ended already. */
export const stop = (child: ChildProcess): Promise<void> => end(child, 'SIGTERM')
/** Kills the process (SIGKILL), and resolves when it has ended. */
export const kill = (child: ChildProcess): Promise<void> => end(child, 'SIGKILL')

const end = (child: ChildProcess, signal: NodeJS.Signals): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill(signal)
  })
