/** Work that must happen. A row is written in the transaction of its cause, and stays for a while after it is settled. */
export interface JobsTable {
  /** The order of a line, and of the log. */
  place: number
  id: string
  /** The name of its `JobKind`: only nodes that have this kind can do it. */
  kind: string
  /** Jobs of one line are done one after the other, in their order. */
  line: string
  /** The id of the message that the payload speaks of, so that a deletion finds it. */
  about: string | null
  /** Read by its kind alone. */
  payload: string
  /** `failed` was given up. */
  state: JobState
  /** How often it was tried. */
  tries: number
  /** The outcome of the last try. */
  note: string
  created_at: number
  settled_at: number | null
}

export type JobState = 'waiting' | 'done' | 'failed'

/** A line that has waiting jobs. Nodes take whole lines, so that a job never overtakes the one before it. */
export interface JobLinesTable {
  line: string
  kind: string
  /** When its first job may be tried; while a node works on it, when another node may take it over. */
  due_at: number
  /** The lease of the node that works on it. A node whose lease was replaced by another one can settle no more jobs. */
  lease: string | null
}

declare module '../../storage/tables.ts' {
  interface Tables {
    jobs: JobsTable
    job_lines: JobLinesTable
  }
}
