import { readUsageOf } from './process-usage.ts'

const everyMs = 1_000
const mebibyte = 2 ** 20

/** Records the memory of some processes every second, from its construction to `stop`. */
export class MemoryLog {
  private readonly pids: readonly number[]
  private readonly samples: number[] = []
  private readonly timer: NodeJS.Timeout

  constructor(pids: readonly number[]) {
    this.pids = pids
    this.take()
    this.timer = setInterval(() => this.take(), everyMs).unref()
  }

  /** Takes a last sample and ends. */
  stop(): void {
    clearInterval(this.timer)
    this.take()
  }

  private take(): void {
    this.samples.push(readUsageOf(this.pids).rssBytes / mebibyte)
  }

  /** The memory in MiB at a share of the time so far, from 0 to 1: the median of up to eleven samples around it. */
  at(share: number): number {
    return memoryAt(this.samples, share)
  }

  /** The largest sample in MiB. */
  most(): number {
    return Math.max(...this.samples)
  }

  /** The growth over the latter half of the time, in MiB per ten minutes. */
  slope(): number {
    return slopeOf(this.samples.slice(Math.floor(this.samples.length / 2))) * ((10 * 60 * 1_000) / everyMs)
  }
}

const around = 5

/**
 * The median of up to eleven samples around a moment; `share` is its place in the measured time, from 0 to 1. NaN
 * without samples.
 */
export const memoryAt = (samples: readonly number[], share: number): number => {
  const middle = Math.round((samples.length - 1) * share)
  const near = samples.slice(Math.max(0, middle - around), middle + around + 1).sort((a, b) => a - b)
  return near[Math.floor(near.length / 2)] ?? Number.NaN
}

/** The slope of the least-squares line, which is the mean growth from one sample to the next; 0 for a single sample. */
export const slopeOf = (samples: readonly number[]): number => {
  const middle = (samples.length - 1) / 2
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length
  let above = 0
  let below = 0
  for (const [i, sample] of samples.entries()) {
    above += (i - middle) * (sample - mean)
    below += (i - middle) ** 2
  }
  return below === 0 ? 0 : above / below
}
