import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** The machine and the versions with which a result was measured, without which its figures cannot be compared. */
export interface Machine {
  cores: number
  processor: string
  memoryGiB: number
  kernel: string
  node: string
  load: number[]
  commit: string
  versions: Record<string, string>
}

const versionOf = (name: string) => {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}

const commit = () => {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
  try {
    return git('describe', '--always', '--dirty')
  } catch {
    return 'unknown'
  }
}

/**
 * Reads what this machine is, its present load, the commit of the repository (`unknown` without git) and the versions
 * in use.
 */
export const describeMachine = (): Machine => ({
  cores: cpus().length,
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
  load: loadavg().map((load) => Math.round(load * 100) / 100),
  commit: commit(),
  versions: {
    sqlite: process.versions.sqlite ?? 'none',
    ...Object.fromEntries(['socket.io', 'ws'].map((name) => [name, versionOf(name)])),
  },
})
