import { existsSync, readFileSync } from 'node:fs'

/** The CPU time of a process since its start, and its present memory. */
export interface ProcessUsage {
  /** User and system time of all its threads, in milliseconds. */
  cpuMs: number
  rssBytes: number
}

/** `getconf CLK_TCK`: 100 on every Linux that Node runs on; thus one step is 10 ms. */
const ticksPerSecond = 100
const pageSize = 4_096

/**
 * Reads CPU time and memory out of the text of `/proc/<pid>/stat`: fields 14 and 15 (user and system time) and 24
 * (resident pages). The name in field 2 may contain blanks and brackets, so counting begins after its last closing
 * bracket.
 */
export const parseStat = (stat: string): ProcessUsage => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const number = (field: number) => Number(fields[field - 3])
  return { cpuMs: ((number(14) + number(15)) * 1_000) / ticksPerSecond, rssBytes: number(24) * pageSize }
}

/** The CPU time and memory of a running process. Throws if there is none with this pid. */
export const readUsage = (pid: number): ProcessUsage => parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))

const childrenOf = (pid: number): number[] => {
  const file = `/proc/${pid}/task/${pid}/children`
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number)
}

/**
 * The sum for several processes and their children, such as those of a database; processes that have ended are ignored.
 */
export const readUsageOf = (pids: readonly number[]): ProcessUsage => {
  const sum = { cpuMs: 0, rssBytes: 0 }
  for (const pid of [...pids, ...pids.flatMap(childrenOf)]) {
    if (!existsSync(`/proc/${pid}/stat`)) continue
    const { cpuMs, rssBytes } = readUsage(pid)
    sum.cpuMs += cpuMs
    sum.rssBytes += rssBytes
  }
  return sum
}

/** The milliseconds for which this core (its number) was busy since the machine started, without waits for the disk. */
export const coreBusyMs = (core: number): number => {
  const line = readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`cpu${core} `))
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (line ?? '')
    .split(' ')
    .slice(1)
    .map(Number)
  return ((user + nice + system + irq + softirq + steal) * 1_000) / ticksPerSecond
}
