import type { Bar, Figures } from '../scenario.ts'

/** One figure over the rounds of one target. */
export interface Spread {
  median: number
  min: number
  max: number
}

/** The median, smallest and largest of these values, in any order; NaN without values. */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN }
}

/** The spread of each figure over all rounds; takes the figures that the first round has. */
export const summarize = (rounds: readonly Figures[]): Record<string, Spread> =>
  Object.fromEntries(
    Object.keys(rounds[0] ?? {}).map((figure) => [
      figure,
      spreadOf(rounds.map((round) => round[figure] ?? Number.NaN)),
    ]),
  )

/**
 * The spread of the ratios of a figure in `mine` to that in `theirs`, round by round, because rounds at the same time
 * meet the same disturbances of the machine. A round without its counterpart gives NaN.
 */
export const ratioOf = (figure: string, mine: readonly Figures[], theirs: readonly Figures[]): Spread =>
  spreadOf(mine.map((round, i) => (round[figure] ?? Number.NaN) / (theirs[i]?.[figure] ?? Number.NaN)))

export interface Verdict {
  bar: Bar
  value: number
  met: boolean
}

/**
 * Compares the median of a figure, or of its ratio to another target, with a bar. `met` is false also if there is no
 * value.
 */
export const judge = (bar: Bar, rounds: Record<string, readonly Figures[]>): Verdict => {
  const mine = rounds[bar.target ?? 'parley'] ?? []
  const spread = bar.ratioTo
    ? ratioOf(bar.figure, mine, rounds[bar.ratioTo] ?? [])
    : spreadOf(mine.map((round) => round[bar.figure] ?? Number.NaN))
  const value = spread.median
  return {
    bar,
    value,
    met: value <= (bar.atMost ?? Number.POSITIVE_INFINITY) && value >= (bar.atLeast ?? Number.NEGATIVE_INFINITY),
  }
}
