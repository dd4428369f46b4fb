/** Work that must happen. A row is written in the transaction of its cause, and stays for a while after it is settled. */
export interface JobsTable {
  /** The order of a line, and of the log. */
  place: number
  id: string
  /** Says which node can do it: one that has a `JobKind` of that name. */
  kind: string
  /** Those of one line are done one after the other, in their order. */
  line: string
  /** The id of what it speaks of, so that a deletion finds it. */
  about: string | null
  /** The business of its kind. */
  payload: string
  /** `failed` is what was given up. */
  state: JobState
  /** How often it was tried. */
  tries: number
  /** What became of the last try. */
  note: string
  created_at: number
  settled_at: number | null
}

export type JobState = 'waiting' | 'done' | 'failed'

/** A line that has waiting jobs. It is what a node takes, so that a job never overtakes the one before it. */
export interface JobLinesTable {
  line: string
  kind: string
  /** When its first job may be tried; while a node works on it, when another node may take it over. */
  due_at: number
  /** Of the node that works on it: one whose lease another node has replaced settles nothing any more. */
  lease: string | null
}

declare module '../../storage/tables.ts' {
  interface Tables {
    jobs: JobsTable
    job_lines: JobLinesTable
  }
}
