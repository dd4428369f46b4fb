import type { Sample } from './metrics.ts'

/** Upper bounds of a histogram's buckets. The seconds range from the time of a commit to that of a stuck request. */
export const seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10]
export const jobs = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/**
 * A histogram: counts values in buckets, each up to and with its bound of `bounds`, which ascend, and one for all
 * above. Plain numbers: it gets a value for each send, and a labelled histogram of prom-client is ten times as slow.
 */
export class Distribution {
  readonly bounds: readonly number[]
  /** The number of values in each bucket: above the bound before, up to its own. */
  readonly counts: number[]
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Array<number>(bounds.length + 1).fill(0)
  }

  add(value: number): void {
    let bucket = 0
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) bucket++
    this.counts[bucket] = (this.counts[bucket] as number) + 1
    this.sum += value
  }
}

/** Counts by one or two labels, whose values `add` gets in their order: from a list, since each is stored for ever. */
export class Tally<L extends string> {
  private readonly labels: readonly L[]
  private readonly counts = new Map<string, Sample & { value: number }>()

  constructor(...labels: L[]) {
    this.labels = labels
  }

  add(first: string, second?: string): void {
    // Called for each operation, so one label needs no joined key.
    const key = second === undefined ? first : `${first} ${second}`
    const counted = this.counts.get(key)
    if (counted) counted.value++
    else {
      const values = [first, second]
      const labels = Object.fromEntries(this.labels.map((label, index) => [label, values[index] ?? '']))
      this.counts.set(key, { labels, value: 1 })
    }
  }

  read = (): Iterable<Sample> => this.counts.values()
}
