import type { Served } from '../scenario.ts'
import { coreBusyMs, readUsageOf } from './process-usage.ts'

/** The number of the core on which a single server under test runs. */
export const serverCore = 0
/** The number of the core on which the generator runs. */
export const generatorCore = 1

/**
 * The usage between two moments by the server (all its nodes), its services, the generator and others on the server's
 * core.
 */
export interface WindowUsage {
  seconds: number
  serverCpuMs: number
  serverRssBytes: number
  /** The database and Redis, if the server needs them. */
  servicesCpuMs: number
  generatorCpuMs: number
  /** The use of the server's core by other processes: it shows how quiet the machine was. */
  othersCpuMs: number
}

/** Begins a window; the returned function ends it and returns the usage. Both read the usage synchronously. */
export const openWindow = ({ pids, servicePids }: Pick<Served, 'pids' | 'servicePids'>): (() => WindowUsage) => {
  const read = () => ({
    at: performance.now(),
    server: readUsageOf(pids),
    services: readUsageOf(servicePids),
    own: process.cpuUsage(),
    core: coreBusyMs(serverCore),
  })
  const from = read()
  return () => {
    const to = read()
    const serverCpuMs = to.server.cpuMs - from.server.cpuMs
    return {
      seconds: (to.at - from.at) / 1_000,
      serverCpuMs,
      serverRssBytes: to.server.rssBytes,
      servicesCpuMs: to.services.cpuMs - from.services.cpuMs,
      generatorCpuMs: (to.own.user - from.own.user + to.own.system - from.own.system) / 1_000,
      othersCpuMs: Math.max(0, to.core - from.core - serverCpuMs),
    }
  }
}
