import type { JobRow } from './job-store.ts'

/** The outcome of a try. */
export interface JobOutcome {
  /** `waiting`: try again, up to the maximum of tries; `failed`: give up at once. */
  state: 'done' | 'failed' | 'waiting'
  /** A few words for the log of jobs; cut to 200 characters. */
  note: string
  /**
   * `waiting` only: the least milliseconds before the next try, if the receiver asked for a longer pause than usual.
   */
  pauseMs?: number
}

/**
 * A kind of work. A node takes the jobs of the kinds that it has, and leaves all others to nodes that have their kinds.
 */
export interface JobKind {
  /** Stored with each job. */
  name: string
  /** How many lines of this kind one node works on at the same time. */
  concurrency: number
  /**
   * Does the job, perhaps not for the first time. If it throws, the message is noted, and the job is tried again. The
   * signal is aborted when a closing server waits for the job no longer.
   */
  run(job: JobRow, signal: AbortSignal): Promise<JobOutcome>
}

/** A job that is about to be written. */
export interface NewJob {
  kind: string
  /** Jobs of one kind and key are done in the order of their commits, if their transactions lock what the key names. */
  key: string
  payload: string
  /** The id of the message that the payload speaks of, so that a deletion finds the job. */
  about?: string | undefined
}
