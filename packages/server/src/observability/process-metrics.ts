import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Metrics, Sample } from './metrics.ts'

const quantiles = [0.5, 0.9, 0.99, 1]
/** The interval of the measurement in milliseconds; measured delays include it. */
const resolution = 10

const labelled = (label: string, values: Record<string, number>): Sample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))

/**
 * Adds metrics of the process (CPU, memory, event loop), and starts measuring the event loop at once. Each reading of
 * the page begins the lag of the event loop anew. Returns a function that stops that measurement; the metrics stay.
 */
export function processMetrics(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  metrics.gauge('event_loop_lag_seconds', 'How late the event loop was since this page was last read.', () => {
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - resolution / 1e3) || 0
    const samples = quantiles.map((quantile) => ({
      labels: { quantile: String(quantile) },
      value: late(delay.percentile(quantile * 100)),
    }))
    delay.reset()
    return samples
  })
  metrics.counter('process_cpu_seconds_total', 'CPU time used.', () => {
    const { user, system } = process.cpuUsage()
    return labelled('mode', { user: user / 1e6, system: system / 1e6 })
  })
  metrics.gauge('process_resident_memory_bytes', 'Memory that the process holds.', process.memoryUsage.rss)
  metrics.gauge('process_heap_bytes', 'Memory by its use, as V8 counts it.', () => {
    const { heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage()
    return labelled('of', { used: heapUsed, total: heapTotal, external, buffers: arrayBuffers })
  })
  metrics.gauge('process_handles', 'What keeps the process alive: sockets, timers, requests.', () => {
    const byType = Object.groupBy(process.getActiveResourcesInfo(), (type) => type)
    return labelled('type', Object.fromEntries(Object.entries(byType).map(([type, all]) => [type, all?.length ?? 0])))
  })
  const startedAt = Date.now() / 1_000 - process.uptime()
  metrics.gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', () => startedAt)
  return () => void delay.disable()
}
