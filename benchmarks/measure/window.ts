import type { Served } from '../scenario.ts'
import { coreBusyMs, readUsageOf } from './process-usage.ts'

export const serverCore = 0
export const generatorCore = 1

/** What happened between two moments, for the server (all its nodes), the generator and everybody else on the server's core. */
export interface WindowUsage {
  seconds: number
  serverCpuMs: number
  serverRssBytes: number
  /** Of the database and whatever else the server needs beside itself. */
  servicesCpuMs: number
  generatorCpuMs: number
  /** How much of the server's core other processes took: a figure for how quiet the machine was. */
  othersCpuMs: number
}

/** Opens a window now; the answer closes it. Usage is read in the same turn as the caller's own counters. */
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
