import { type Kysely, type Selectable, sql } from 'kysely'
import { hotStatement, isPostgres } from '../../storage/hot-statement.ts'
import { holdUnlessBusy, insertMany, isAmong, sharedTime } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { JobLinesTable, JobState, JobsTable } from './job-table.ts'

export type JobRow = Selectable<JobsTable>
type NewRow = Pick<JobRow, 'id' | 'kind' | 'line' | 'about' | 'payload' | 'created_at'>

const insertJobs = insertMany<NewRow>('jobs', {
  id: 'text',
  kind: 'text',
  line: 'text',
  about: 'text',
  payload: 'text',
  created_at: 'bigint',
})

// The update changes nothing, but locks the line: a node that is about to delete the line sees the new job, or deletes
// first.
const insertLines = insertMany<Omit<JobLinesTable, 'lease'>>(
  'job_lines',
  { line: 'text', kind: 'text', due_at: 'bigint' },
  sql`on conflict (line) do update set kind = excluded.kind`,
)

const firstOf = hotStatement<{ line: string }, JobRow>((db, { line }) =>
  db.selectFrom('jobs').selectAll().where('line', '=', line).where('state', '=', 'waiting').orderBy('place').limit(1),
)

const nextDue = hotStatement<{ kind: string }, { due_at: number }>((db, { kind }) =>
  db.selectFrom('job_lines').select('due_at').where('kind', '=', kind).orderBy('due_at').limit(1),
)

interface Taking {
  kind: string
  now: number
  /** After this another node may take the lines. */
  until: number
  lease: string
  limit: number
}

interface Settlement {
  lease: string
  state: JobState
  tries: number
  note: string
  now: number
  /** When the line is due again: with the same job if that waits, else with the next one. */
  dueAt: number
  /** The node goes on with the line, and keeps its lease until `dueAt`. */
  goesOn: boolean
}

const taking = (db: Kysely<Tables>) => ({
  /** When the first line of the kind is due; undefined if no job of the kind waits. */
  nextDue: async (kind: string): Promise<number | undefined> => (await nextDue(db, { kind }))[0]?.due_at,

  /**
   * Takes a lease on up to `limit` lines that are due, and resolves with the first job of each. Deletes empty lines.
   */
  take: async ({ kind, now, until, lease, limit }: Taking): Promise<JobRow[]> => {
    const found = await db
      .selectFrom('job_lines')
      .select('line')
      .where('kind', '=', kind)
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .limit(limit)
      .$if(isPostgres(db), (query) => query.forUpdate().skipLocked())
      .execute()
    const names = found.map(({ line }) => line)
    if (names.length === 0) return []
    await db
      .updateTable('job_lines')
      .set({ due_at: until, lease })
      .where(isAmong(db, 'line', names))
      .execute()
    const jobs: JobRow[] = []
    for (const line of names) {
      const [first] = await firstOf(db, { line })
      if (first) jobs.push(first)
      else await db.deleteFrom('job_lines').where('line', '=', line).execute()
    }
    return jobs
  },

  /** Ends all leases. For a database that one node alone uses: they are those of its previous, killed process. */
  releaseAll: (now: number) =>
    db.updateTable('job_lines').set({ due_at: now, lease: null }).where('lease', 'is not', null).execute(),
})

const settling = (db: Kysely<Tables>) => ({
  /**
   * Stores the outcome of a try, and resolves with the next job of the line. Undefined if there is none, if the node
   * does not go on, or if it has lost its lease; in the last case nothing is stored. `busy`: another transaction is
   * writing to the line or the job, and nothing is stored.
   */
  settle: async (job: JobRow, settlement: Settlement): Promise<JobRow | undefined | 'busy'> => {
    const { lease, state, tries, note, now, dueAt, goesOn } = settlement
    const line = await holdLine(db, job.line, lease)
    if (line !== 'held') return line === 'busy' ? line : undefined
    if ((await holdJob(db, job.place)) === 'busy') return 'busy'
    const settled_at = state === 'waiting' ? null : now
    await db.updateTable('jobs').set({ state, tries, note, settled_at }).where('place', '=', job.place).execute()
    const [next] = await firstOf(db, { line: job.line })
    if (!next) {
      await db.deleteFrom('job_lines').where('line', '=', job.line).execute()
      return undefined
    }
    await db
      .updateTable('job_lines')
      .set({ due_at: dueAt, lease: goesOn ? lease : null })
      .where('line', '=', job.line)
      .execute()
    return goesOn ? next : undefined
  },
})

/** Locks the line if the lease on it is still this one. */
const holdLine = (db: Kysely<Tables>, line: string, lease: string) =>
  holdUnlessBusy(db, db.selectFrom('job_lines').select('line').where('line', '=', line).where('lease', '=', lease))

/** Locks the job, unless a deletion is just removing the text of its message from it. */
const holdJob = (db: Kysely<Tables>, place: number) =>
  holdUnlessBusy(db, db.selectFrom('jobs').select('place').where('place', '=', place))

/** Beyond this, rows of a state are not counted. */
const countedJobs = 10_000

const log = (db: Kysely<Tables>) => ({
  byId: (id: string): Promise<JobRow | undefined> =>
    db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst(),

  /** The jobs of a kind that are in a state, oldest (`asc`) or newest (`desc`) first. */
  inState: (kind: string, state: JobState, order: 'asc' | 'desc', limit: number, offset = 0): Promise<JobRow[]> =>
    db
      .selectFrom('jobs')
      .selectAll()
      .where('kind', '=', kind)
      .where('state', '=', state)
      .orderBy('place', order)
      .limit(limit)
      .offset(offset)
      .execute(),

  /** How many jobs of a kind are in a state, at most 10,000, and when the oldest of them was written. */
  figures: async (kind: string, state: JobState): Promise<{ count: number; oldest: number | null }> => {
    const some = db
      .selectFrom('jobs')
      .select('created_at')
      .where('kind', '=', kind)
      .where('state', '=', state)
      .orderBy('place')
      .limit(countedJobs)
    const { count, oldest } = await db
      .selectFrom(some.as('some'))
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('created_at').as('oldest')])
      .executeTakeFirstOrThrow()
    return { count: Number(count), oldest: oldest === null ? null : Number(oldest) }
  },

  /** The next kind, in the order of names, that has a job in any state; undefined at the end. */
  kindAfter: async (kind: string): Promise<string | undefined> =>
    (await db.selectFrom('jobs').select('kind').where('kind', '>', kind).orderBy('kind').limit(1).executeTakeFirst())
      ?.kind,
})

const payloads = (db: Kysely<Tables>) => ({
  /** The jobs about these ids, locked, so that no other node changes their payloads meanwhile. */
  about: (ids: readonly string[]): Promise<JobRow[]> =>
    db
      .selectFrom('jobs')
      .selectAll()
      .where(isAmong(db, 'about', ids))
      .orderBy('place')
      .$if(isPostgres(db), (query) => query.forUpdate())
      .execute(),

  /** The first place behind another; undefined at the end. */
  placeAfter: async (place: number): Promise<number | undefined> => {
    const query = db.selectFrom('jobs').select('place').where('place', '>', place).orderBy('place').limit(1)
    return (await query.executeTakeFirst())?.place
  },

  /**
   * Locks and returns the jobs between two places, both included, whose payload contains a text. Reads every job
   * between.
   */
  withText: (text: string, from: number, upTo: number): Promise<JobRow[]> => {
    const find = sql.raw(isPostgres(db) ? 'strpos' : 'instr')
    return db
      .selectFrom('jobs')
      .selectAll()
      .where('place', '>=', from)
      .where('place', '<=', upTo)
      .where(sql<boolean>`${find}(payload, ${text}) > 0`)
      .orderBy('place')
      .$if(isPostgres(db), (query) => query.forUpdate())
      .execute()
  },

  replacePayload: (place: number, payload: string) =>
    db.updateTable('jobs').set({ payload }).where('place', '=', place).execute(),

  drop: async (places: readonly number[]): Promise<void> => {
    if (places.length > 0) await db.deleteFrom('jobs').where('place', 'in', places).execute()
  },
})

/**
 * The rows of the lines of these jobs, each once, in the order of their names, so that two nodes lock them in one
 * order.
 */
function linesOf(jobs: readonly Pick<JobRow, 'line' | 'kind'>[], due_at: number) {
  const lines = new Map(jobs.map(({ line, kind }) => [line, { line, kind, due_at }]))
  return [...lines.values()].sort((one, other) => (one.line < other.line ? -1 : 1))
}

const pausing = (db: Kysely<Tables>) => ({
  /** Makes all lines of a kind due that no node works on, so that failed jobs are tried again at once. */
  endPauses: async (kind: string, now: number): Promise<void> => {
    const paused = await db
      .selectFrom('job_lines')
      .select('line')
      .where('kind', '=', kind)
      .where('lease', 'is', null)
      .where('due_at', '>', now)
      .orderBy('line')
      .$if(isPostgres(db), (query) => query.forUpdate())
      .execute()
    const names = paused.map(({ line }) => line)
    await db
      .updateTable('job_lines')
      .set({ due_at: now })
      .where(isAmong(db, 'line', names))
      .execute()
  },
})

/**
 * The statements for jobs and their lines, on a connection or in a transaction. They neither begin nor commit one:
 * those that lock or write need a transaction of the group commit. The caller gives the time, which must be that of the
 * `JobClock`.
 */
export const jobStore = (db: Kysely<Tables>) => ({
  ...taking(db),
  ...settling(db),
  ...log(db),
  ...payloads(db),
  ...pausing(db),

  /** The time that all nodes share, in milliseconds since 1970. */
  sharedTime: () => sharedTime(db),

  /** Writes jobs, those of one line in this order, behind all that were committed before. */
  add: async (jobs: readonly NewRow[]): Promise<void> => {
    await insertLines(db, linesOf(jobs, jobs[0]?.created_at ?? 0))
    await insertJobs(db, jobs)
  },

  /** Makes jobs wait and be due again, as if they had never been tried. */
  again: async (jobs: readonly Pick<JobRow, 'place' | 'line' | 'kind'>[], now: number): Promise<void> => {
    const lines = linesOf(jobs, now)
    await insertLines(db, lines)
    const places = jobs.map(({ place }) => place)
    await db
      .updateTable('jobs')
      .set({ state: 'waiting', tries: 0, settled_at: null })
      .where('place', 'in', places)
      .execute()
    // A line that a node works on keeps its lease; one that pauses after a failure becomes due.
    await db
      .updateTable('job_lines')
      .set({ due_at: now })
      .where('lease', 'is', null)
      .where(
        isAmong(
          db,
          'line',
          lines.map(({ line }) => line),
        ),
      )
      .execute()
  },
})

declare module '../../storage/store.ts' {
  interface Store {
    jobs: ReturnType<typeof jobStore>
  }
}
