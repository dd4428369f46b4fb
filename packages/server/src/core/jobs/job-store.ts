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

// The update changes nothing. It holds the line, so that a node that is about to end it sees the new job, or comes before it.
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
  /** When the line may go on: with the same job if it waits, else with the one after it. */
  dueAt: number
  /** The node goes on with the line, and holds it until `dueAt`. */
  goesOn: boolean
}

const taking = (db: Kysely<Tables>) => ({
  /** When a job of the kind may be tried; undefined if none waits. */
  nextDue: async (kind: string): Promise<number | undefined> => (await nextDue(db, { kind }))[0]?.due_at,

  /** Takes lines that are due and nobody else works on, and gives the first job of each. */
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

  /** Gives up the leases of nodes that are no more, where only this one can be there. */
  releaseAll: (now: number) =>
    db.updateTable('job_lines').set({ due_at: now, lease: null }).where('lease', 'is not', null).execute(),
})

const settling = (db: Kysely<Tables>) => ({
  /**
   * Writes what became of a try, and gives the next job if the node goes on; undefined if it does not, or lost its lease.
   * `busy`: another transaction writes to the line or the job at this moment, and nothing was written.
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

/** Holds the line, if the lease on it is still this one. */
const holdLine = (db: Kysely<Tables>, line: string, lease: string) =>
  holdUnlessBusy(db, db.selectFrom('job_lines').select('line').where('line', '=', line).where('lease', '=', lease))

/** A deletion may be taking the words of its message from it. */
const holdJob = (db: Kysely<Tables>, place: number) =>
  holdUnlessBusy(db, db.selectFrom('jobs').select('place').where('place', '=', place))

/** Beyond this, rows of a state are not counted. */
const countedJobs = 10_000

const log = (db: Kysely<Tables>) => ({
  byId: (id: string): Promise<JobRow | undefined> =>
    db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst(),

  /** Jobs of a kind in a state: the first, or the last first. */
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

  /** How many jobs of a kind are in a state, and since when the first of them is there; more than 10,000 are not counted. */
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

  /** The kind after this one, by its name, of which there is a job. */
  kindAfter: async (kind: string): Promise<string | undefined> =>
    (await db.selectFrom('jobs').select('kind').where('kind', '>', kind).orderBy('kind').limit(1).executeTakeFirst())
      ?.kind,
})

const payloads = (db: Kysely<Tables>) => ({
  /** Holds them, so that no other node writes their payloads meanwhile. */
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

  /** Holds the jobs between two places, both of them included, whose payload has a text. It reads all that are between. */
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

/** Each line once, in the order of their names, so that two nodes never wait for each other. */
function linesOf(jobs: readonly Pick<JobRow, 'line' | 'kind'>[], due_at: number) {
  const lines = new Map(jobs.map(({ line, kind }) => [line, { line, kind, due_at }]))
  return [...lines.values()].sort((one, other) => (one.line < other.line ? -1 : 1))
}

const pausing = (db: Kysely<Tables>) => ({
  /** Ends the pauses of a kind: what failed is tried at once. */
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

export const jobStore = (db: Kysely<Tables>) => ({
  ...taking(db),
  ...settling(db),
  ...log(db),
  ...payloads(db),
  ...pausing(db),

  /** By which all nodes go, in milliseconds since 1970. */
  sharedTime: () => sharedTime(db),

  /** Writes jobs; those of one line in this order, behind all that were committed before. */
  add: async (jobs: readonly NewRow[]): Promise<void> => {
    await insertLines(db, linesOf(jobs, jobs[0]?.created_at ?? 0))
    await insertJobs(db, jobs)
  },

  /** Lets jobs be tried anew, as if they had not been tried before. */
  again: async (jobs: readonly Pick<JobRow, 'place' | 'line' | 'kind'>[], now: number): Promise<void> => {
    const lines = linesOf(jobs, now)
    await insertLines(db, lines)
    const places = jobs.map(({ place }) => place)
    await db
      .updateTable('jobs')
      .set({ state: 'waiting', tries: 0, settled_at: null })
      .where('place', 'in', places)
      .execute()
    // A line that a node works on stays its own; one that pauses after a failure need not.
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
