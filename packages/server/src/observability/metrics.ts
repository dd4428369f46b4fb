import { type Metric, Registry } from 'prom-client'
import type { Distribution } from './instruments.ts'

export interface Sample {
  labels?: Record<string, string>
  value: number
}

type Read = () => number | Iterable<Sample> | Promise<Iterable<Sample>>

/** The metrics of one server. `read` is called for each request of the page. Names get the prefix `parley_`. */
export interface Metrics {
  /** Adds a value that only grows until the server restarts. */
  counter(name: string, help: string, read: Read): void
  /** Adds a value that may grow and shrink. */
  gauge(name: string, help: string, read: Read): void
  /** Adds a histogram, whose present counts are read for each page. */
  histogram(name: string, help: string, distribution: Distribution): void
  /** The page, in Prometheus' text format. */
  text(): Promise<string>
  readonly contentType: string
}

/**
 * Makes empty metrics, in a registry of their own, so that two servers in one process have separate ones. `text` calls
 * every `read` anew, and rejects if one throws or rejects. Names get the prefix `parley_`; adding one a second time
 * throws.
 */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const add = (
    type: 'counter' | 'gauge' | 'histogram',
    name: string,
    help: string,
    read: () => Iterable<Sample> | Promise<Iterable<Sample>>,
  ) => {
    // The members of prom-client's Metric that a registry uses; its own classes would store the numbers a second time.
    const metric = {
      name: `parley_${name}`,
      help,
      type,
      aggregator: 'sum',
      get: async () => ({ ...metric, values: await read() }),
    }
    registry.registerMetric(metric as unknown as Metric)
  }
  const samples = (read: Read) => () => {
    const found = read()
    return typeof found === 'number' ? [{ value: found }] : found
  }
  return {
    counter: (name, help, read) => add('counter', name, help, samples(read)),
    gauge: (name, help, read) => add('gauge', name, help, samples(read)),
    histogram: (name, help, distribution) =>
      add('histogram', name, help, () => histogram(`parley_${name}`, distribution)),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

/** In Prometheus' form, in which each bucket includes the smaller ones. */
function histogram(name: string, { bounds, counts, sum }: Distribution): (Sample & { metricName: string })[] {
  let count = 0
  const buckets = counts.map((own, index) => {
    count += own
    return { metricName: `${name}_bucket`, labels: { le: String(bounds[index] ?? '+Inf') }, value: count }
  })
  return [...buckets, { metricName: `${name}_sum`, value: sum }, { metricName: `${name}_count`, value: count }]
}
