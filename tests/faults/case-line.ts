import type { CaseReport } from './rig/run-case.ts'

/** Live delivery must be back so soon after a fault has ended. */
const mostLiveMs = 5_000

/** Everything that was wrong, in sentences. */
const wrongIn = ({ violations, failures, slowestLiveMs }: CaseReport): string[] => [
  ...failures,
  ...violations.map(({ kind, text }) => `${kind}: ${text}`),
  ...(slowestLiveMs > mostLiveMs ? [`live delivery was back only after ${Math.round(slowestLiveMs)} ms`] : []),
]

/** What a case prints: the README says how to read it. */
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

const mostTold = 20

/** Says what was wrong, and whether anything was. */
export const tellWrong = (report: CaseReport): boolean => {
  const wrong = wrongIn(report)
  for (const text of wrong.slice(0, mostTold)) console.error(`  ${text}`)
  if (wrong.length > mostTold) console.error(`  and ${wrong.length - mostTold} more`)
  return wrong.length > 0
}
