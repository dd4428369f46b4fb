import type { JobRow } from './job-store.ts'

/** What became of a try. */
export interface JobOutcome {
  /** `waiting` is tried again, until it was tried too often; `failed` is given up at once. */
  state: 'done' | 'failed' | 'waiting'
  /** A few words for those who look at the log. */
  note: string
  /** Of `waiting`: milliseconds before the next try, where somebody asked for more than the usual pause. */
  pauseMs?: number
}

/** One kind of work. A node takes the jobs of the kinds that it has, and leaves all others to those who have them. */
export interface JobKind {
  /** As it is stored. */
  name: string
  /** How many lines of it one node works on side by side. */
  concurrency: number
  /** Does it, perhaps not for the first time. What it throws is noted, and it is tried again. The signal says that the server closes. */
  run(job: JobRow, signal: AbortSignal): Promise<JobOutcome>
}

/** A job that is about to be written. */
export interface NewJob {
  kind: string
  /** Jobs of one kind and key are done in the order of their commits, if what the key names is held when they are written. */
  key: string
  payload: string
  about?: string | undefined
}
