import type { Job } from './group-commit.ts'

/**
 * The jobs of a transaction in an order in which those of one batch stand together: receipts between messages would else
 * be a batch for each. The jobs of one caller keep their order; a job passes only those of others, whose effects nobody
 * has seen yet.
 */
export function together(jobs: readonly Job[]): Job[] {
  const groups: Job[][] = []
  const lastOf = new Map<unknown, number>()
  for (const job of jobs) {
    const asker = job.caller === undefined ? undefined : (job.caller.user?.id ?? job)
    let index = lastOf.get(asker) ?? 0
    while (index < groups.length && groups[index]?.[0]?.batch !== job.batch) index++
    const group = groups[index] ?? []
    group.push(job)
    groups[index] = group
    lastOf.set(asker, index)
  }
  return groups.flat()
}
