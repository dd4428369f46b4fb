import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, vi } from 'vitest'
import { createGroupCommit, type GroupCommit } from '../core/commit/group-commit.ts'
import type { OpenTransaction } from '../core/commit/open-transaction.ts'
import { createDeliver, type Deliver } from '../core/deliver.ts'
import type { Delivery } from '../core/delivery.ts'
import { createStore } from '../features/index.ts'
import type { Database } from '../storage/database.ts'
import { openTestDatabase } from './test-database.ts'

/** A database with a group commit. `commitStage` makes a new one for each test. */
export interface CommitStage {
  dataDir: string
  database: Database
  deliver: Deliver
  groupCommit: GroupCommit
  /** The ids of the users whose events were delivered, one list for each commit. */
  delivered: string[][]
  /** The time of `performance.now()` in milliseconds: a test changes it, and it does not pass by itself. */
  clock: number
  /** Adds a user, then calls `then` in the same transaction. */
  add(id: string, then?: (transaction: OpenTransaction) => unknown): Promise<string>
  /** The ids of the stored users, oldest first. */
  stored(): Promise<string[]>
}

/** The id of the user, or other channel, to which an event is sent. */
export const idOf = ({ audience }: Delivery) => audience.channels[0]?.id ?? ''

/** Stores a user and emits an event to their channel; resolves with their id. */
export const addUser = async ({ store, now, emit }: OpenTransaction, id: string, display_name = id) => {
  const nothing = { avatar_url: null, password_hash: null, last_seen_at: null, rev: 0 }
  await store.users.insert({
    id,
    username: id,
    username_key: id,
    display_name,
    role: 'user',
    created_at: now,
    ...nothing,
  })
  const payload = { rev: 0, memberships: [], summaries: [] }
  emit({ name: 'account.updated', payload, audience: { channels: [{ kind: 'user', id }] } })
  return id
}

/** Resolves with `done`, or with the message of the error. */
export const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  )

/** Registers hooks that make a new stage before each test of the file, and close it after. Its clock is stopped. */
export function commitStage(): CommitStage {
  const stage = {
    add: (id, then) =>
      stage.groupCommit.run(async (transaction) => {
        await addUser(transaction, id)
        await then?.(transaction)
        return id
      }),
    stored: async () => {
      const { read } = stage.database
      const rows = await read.selectFrom('users').select('id').orderBy('created_at').orderBy('id').execute()
      return rows.map(({ id }) => id)
    },
  } as CommitStage

  beforeEach(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
    const database = await openTestDatabase(dataDir)
    const deliver = createDeliver(pino({ level: 'silent' }))
    const groupCommit = createGroupCommit({ database, createStore, deliver })
    Object.assign(stage, { dataDir, database, deliver, groupCommit, delivered: [], clock: 0 })
    vi.spyOn(performance, 'now').mockImplementation(() => stage.clock)
    deliver.listen((deliveries) => void stage.delivered.push(deliveries.map(idOf)))
  })

  afterEach(async () => {
    vi.restoreAllMocks()
    await stage.groupCommit.idle()
    await stage.database.close()
    await rm(stage.dataDir, { recursive: true, force: true })
  })

  return stage
}
