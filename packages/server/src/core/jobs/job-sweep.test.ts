import { setImmediate as turn } from 'node:timers/promises'
import pino from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createStore } from '../../features/index.ts'
import { commitStage } from '../../testing/commit-stage.ts'
import { createSharedClock } from './job-clock.ts'
import type { JobRow } from './job-store.ts'
import { sweepJobs } from './job-sweep.ts'
import { createJobs, jobTiming } from './jobs.ts'

const log = pino({ level: 'silent' })
const kind = 'test'
const stage = commitStage()

const rows = (): Promise<JobRow[]> => stage.database.read.selectFrom('jobs').selectAll().orderBy('place').execute()

test('a server that has no kinds any more still deletes rows that are too old', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { database, groupCommit } = stage
  const store = createStore(database.read)
  const jobs = createJobs({ store, groupCommit, timing: jobTiming, isAlone: true, log })
  onTestFinished(() => void vi.useRealTimers())
  const old = { id: 'old', kind, line: `${kind} a`, about: null, payload: '', created_at: 1 }
  const addOld = () => groupCommit.run(({ store }) => store.jobs.add([old]))
  await addOld()
  jobs.start([])
  // The sweep of the start has passed this kind when its row is gone.
  while ((await rows()).length > 0) await turn()
  await addOld()
  expect(await rows()).toHaveLength(1)
  vi.advanceTimersByTime(60_000)
  await jobs.close()
  expect(await rows()).toEqual([])
})

test('rows of every kind are deleted when they are too old, and all others stay', async () => {
  const dayMs = 24 * 60 * 60_000
  const now = Date.parse('2026-11-30')
  vi.setSystemTime(now)
  onTestFinished(() => void vi.useRealTimers())
  const row = (state: JobRow['state'], days: number, name = kind) => ({
    ...{ id: `${name} ${state} ${days}`, kind: name, line: `${name} a`, about: null, payload: `${name} ${days}` },
    ...{ state, created_at: now - days * dayMs, settled_at: null },
  })
  const old = [row('done', 8), row('failed', 31), row('waiting', 31), row('done', 8, 'another')]
  const young = [row('done', 6), row('failed', 29), row('waiting', 29), row('done', 6, 'another')]
  const { database, groupCommit } = stage
  await database.write
    .insertInto('jobs')
    .values([...old, ...young] as never)
    .execute()
  const clock = createSharedClock({ ask: async () => now, isAlone: false })
  await sweepJobs({ store: createStore(database.read), groupCommit, clock })
  expect((await rows()).map(({ id }) => id)).toEqual(young.map(({ id }) => id))
})
