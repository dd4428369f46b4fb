/** Upper bounds of a histogram’s buckets. Seconds here reach from what a commit takes to what nobody waits for. */
export const seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10]
export const jobs = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/**
 * How often values of which size were seen. Plain numbers: one is taken in for each send, where a labelled histogram of
 * prom-client would cost ten times as much.
 */
export class Distribution {
  private readonly bounds: readonly number[]
  private readonly counts: number[]
  private sum = 0

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

  /** In Prometheus' way: each bucket also counts what the smaller ones hold. */
  read(): { buckets: [bound: number | '+Inf', count: number][]; sum: number; count: number } {
    let count = 0
    const buckets = this.counts.map((own, index): [number | '+Inf', number] => {
      count += own
      return [this.bounds[index] ?? '+Inf', count]
    })
    return { buckets, sum: this.sum, count }
  }
}
