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

export interface CommitStage {
  dataDir: string
  database: Database
  deliver: Deliver
  groupCommit: GroupCommit
  /** The ids of the users whose events were delivered, one list for each commit. */
  delivered: string[][]
  /** Milliseconds; time passes only when a test says so. */
  clock: number
  /** Adds a user, then does what is given in the same transaction. */
  add(id: string, then?: (transaction: OpenTransaction) => unknown): Promise<string>
  /** The ids of the users that are stored. */
  stored(): Promise<string[]>
}

export const idOf = ({ audience }: Delivery) => audience.channels[0]?.id ?? ''

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

export const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  )

/** A database with its group commit, new for each test of a file. */
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
