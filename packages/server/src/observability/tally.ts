import type { Sample } from './metrics.ts'

/**
 * Counts by label. What is counted must come from a list of ours, never from a client: each new value is kept for ever.
 */
export class Tally<L extends string> {
  private readonly labels: readonly L[]
  private readonly counts = new Map<string, Sample & { value: number }>()

  constructor(...labels: L[]) {
    this.labels = labels
  }

  add(first: string, second?: string): void {
    // Called for each operation: one label is its own key.
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
