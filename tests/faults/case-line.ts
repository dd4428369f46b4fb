import type { CaseReport } from './rig/run-case.ts'

/** Milliseconds from the end of a fault within which live delivery must work again. */
const mostLiveMs = 5_000

/** Everything that went wrong in a case, in sentences. */
const problemsOf = ({ violations, failures, slowestLiveMs }: CaseReport): string[] => [
  ...failures,
  ...violations.map(({ kind, text }) => `${kind}: ${text}`),
  ...(slowestLiveMs > mostLiveMs ? [`live delivery was back only after ${Math.round(slowestLiveMs)} ms`] : []),
]

/** The line that is printed for a case. The README explains it. */
export const describeCase = (report: CaseReport): string => {
  const { name, rounds, acknowledged, resends, events, syncs, violations, failures, slowestLiveMs, seed } = report
  const count = (...kinds: string[]) => violations.filter(({ kind }) => kinds.includes(kind)).length
  const [lost, duplicates, gaps, leaked] = [count('lost'), count('duplicate'), count('gap'), count('leaked')]
  const other = violations.length - lost - duplicates - gaps - leaked + failures.length
  return [
    `${name} × ${rounds}: acknowledged ${acknowledged}, resends ${resends}, events ${events}, syncs ${syncs}`,
    `lost ${lost}, duplicates ${duplicates}, gaps ${gaps}, leaked ${leaked}, other violations ${other}`,
    `live again after ${(slowestLiveMs / 1_000).toFixed(1)} s, took ${Math.round(report.seconds)} s, seed ${seed}`,
    ...report.notes,
  ].join('; ')
}

const mostPrinted = 20

/** Prints what went wrong to stderr, at most 20 problems. True if there was any. */
export const printProblems = (report: CaseReport): boolean => {
  const wrong = problemsOf(report)
  for (const text of wrong.slice(0, mostPrinted)) console.error(`  ${text}`)
  if (wrong.length > mostPrinted) console.error(`  and ${wrong.length - mostPrinted} more`)
  return wrong.length > 0
}
