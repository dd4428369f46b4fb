import type { Figures, FigureText } from '../scenario.ts'
import type { WindowUsage } from './window.ts'

/** Figures that every scenario shows: what the server cost, and whether the measurement itself can be trusted. */
export const serverFigureTexts = {
  rss: { title: 'server memory', unit: 'MiB' },
  serverCpu: { title: 'server busy', unit: '% of a core' },
  servicesCpu: { title: 'its database and Redis busy', unit: '% of a core' },
  generatorCpu: { title: 'generator busy', unit: '% of a core' },
  othersCpu: { title: 'others on the server’s core', unit: '% of a core' },
} as const satisfies Record<string, FigureText>

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
