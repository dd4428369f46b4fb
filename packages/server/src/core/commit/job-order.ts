import type { Job } from './group-commit.ts'

/**
 * The jobs of a transaction in an order in which those of one batch stand together: receipts between messages would else
 * be a batch for each. Whoever asked for several things gets them in the order in which they asked; a job passes only
 * those of others, and nobody has heard of those yet.
 */
export function together(jobs: readonly Job[]): Job[] {
  const groups: Job[][] = []
  const lastOf = new Map<unknown, number>()
  for (const job of jobs) {
    const asker = job.caller === undefined ? undefined : (job.caller.user?.id ?? job)
    let place = lastOf.get(asker) ?? 0
    while (place < groups.length && groups[place]?.[0]?.batch !== job.batch) place++
    const group = groups[place] ?? []
    group.push(job)
    groups[place] = group
    lastOf.set(asker, place)
  }
  return groups.flat()
}
