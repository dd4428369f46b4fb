import { build, type Histogram } from 'hdr-histogram-js'

/** Percentiles in milliseconds. */
export interface Percentiles {
  p50: number
  p95: number
  p99: number
  max: number
  count: number
}

/**
 * Latencies in an HDR histogram (microseconds, three digits, up to two minutes).
 *
 * In an open loop, give the time at which a message was *due*, not that at which it was sent: if the server stalls, the
 * delay of all messages that should have been sent meanwhile is then included (no coordinated omission). In a closed
 * loop there is no due time, and the latency only follows from the throughput: see README.
 */
export class Latency {
  private readonly histogram: Histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 120_000_000,
    numberOfSignificantValueDigits: 3,
  })

  /**
   * Adds one latency: from the time at which it was due to now, both as `performance.now()` gives them. Clamped to
   * 0–120 s.
   */
  record(dueMs: number, nowMs: number): void {
    this.histogram.recordValue(Math.max(0, Math.min(120_000_000, Math.round((nowMs - dueMs) * 1_000))))
  }

  /** Forgets all latencies. */
  reset(): void {
    this.histogram.reset()
  }

  /** The percentiles since the construction or the last `reset`; 0 without latencies. */
  percentiles(): Percentiles {
    const at = (percentile: number) => this.histogram.getValueAtPercentile(percentile) / 1_000
    return {
      p50: at(50),
      p95: at(95),
      p99: at(99),
      max: this.histogram.maxValue / 1_000,
      count: this.histogram.totalCount,
    }
  }
}
