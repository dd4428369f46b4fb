import type { JobClock } from './job-clock.ts'
import type { JobRow } from './job-store.ts'
import type { JobState } from './job-table.ts'
import type { JobsOptions } from './jobs.ts'

const dayMs = 24 * 60 * 60_000

/**
 * How long rows stay, and how many done rows of each kind. A job that has waited for so long has no node that can do
 * it.
 */
const kept: Record<JobState, { ms: number; rows?: number }> = {
  done: { ms: 7 * dayMs, rows: 10_000 },
  failed: { ms: 30 * dayMs },
  waiting: { ms: 30 * dayMs },
}
const slice = 500
const staleMs = 5_000

type SweepOptions = Pick<JobsOptions, 'store' | 'groupCommit'> & { clock: JobClock }

/**
 * Deletes old jobs once, those of every kind: done ones seven days after they were written, or behind the latest 10,000
 * of their kind; failed and waiting ones after 30 days. It deletes up to 500 at a time, each time in a transaction of
 * its own, and rejects at the first failure; what was deleted before stays deleted.
 */
export async function sweepJobs({ store, groupCommit, clock }: SweepOptions): Promise<void> {
  await clock.follow(staleMs)
  for (let kind = await store.jobs.kindAfter(''); kind !== undefined; kind = await store.jobs.kindAfter(kind)) {
    for (const state of Object.keys(kept) as JobState[]) {
      const { ms, rows } = kept[state]
      const [newest] = rows === undefined ? [] : await store.jobs.inState(kind, state, 'desc', 1, rows)
      const lastPlace = newest?.place ?? 0
      const isOld = (job: JobRow) => job.place <= lastPlace || job.created_at < clock.now() - ms
      for (let isMore = true; isMore; ) {
        const first = await store.jobs.inState(kind, state, 'asc', slice)
        const old = first.filter(isOld).map(({ place }) => place)
        if (old.length > 0) await groupCommit.run((transaction) => transaction.store.jobs.drop(old))
        isMore = old.length === slice
      }
    }
  }
}
