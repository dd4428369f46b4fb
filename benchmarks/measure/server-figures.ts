import type { Figures, FigureText } from '../scenario.ts'
import type { WindowUsage } from './window.ts'

/**
 * Figures of every scenario: the cost of the server, and whether the generator or other processes disturbed the
 * measurement.
 */
export const serverFigureTexts = {
  rss: { title: 'server memory', unit: 'MiB' },
  serverCpu: { title: 'server busy', unit: '% of a core' },
  servicesCpu: { title: 'its database and Redis busy', unit: '% of a core' },
  generatorCpu: { title: 'generator busy', unit: '% of a core' },
  othersCpu: { title: 'others on the server’s core', unit: '% of a core' },
} as const satisfies Record<string, FigureText>

/** The figures of `serverFigureTexts` for a window: memory in MiB, the others in percent of one core. */
export const serverFigures = (usage: WindowUsage): Figures => {
  const percent = (cpuMs: number) => cpuMs / usage.seconds / 10
  return {
    rss: usage.serverRssBytes / 2 ** 20,
    serverCpu: percent(usage.serverCpuMs),
    servicesCpu: percent(usage.servicesCpuMs),
    generatorCpu: percent(usage.generatorCpuMs),
    othersCpu: percent(usage.othersCpuMs),
  }
}
