import type { FaultCase } from '../rig/run-case.ts'
import type { World } from '../rig/world.ts'
import { again } from './again.ts'
import { kill, restart } from './process-cases.ts'

const onPostgres = { topology: 'postgres', rounds: { short: 2, long: 20 } } as const

/** Whoever waits for a database that does not answer is told so, and does not wait for it. */
const mostSilentMs = 6_000

const toldInTime = async ({ recorder, notes }: World, silent: Promise<number>) => {
  const ms = await silent
  notes.push(`refused after ${(ms / 1_000).toFixed(1)} s`)
  if (ms > mostSilentMs) recorder.failures.push(`A database that does not answer was noticed only after ${ms} ms.`)
}

const commit = Buffer.from('commit\0')

/** Cuts the connection when COMMIT has been passed on: it happens, and the node does not learn of it. */
const cutAfterCommit = async (world: World) => {
  await world.untilUnderWay()
  await new Promise<void>((resolve) => world.postgres.wire.cutAfter('up', commit, resolve))
}

export const postgresCases: readonly FaultCase[] = [
  { ...kill, topology: 'postgres', name: 'kill -9 of a node on PostgreSQL', rounds: onPostgres.rounds, isShort: false },
  { ...restart, topology: 'postgres', name: 'restart by SIGTERM on PostgreSQL', isShort: false },
  {
    ...onPostgres,
    name: 'PostgreSQL stopped immediately',
    isShort: true,
    run: again(
      500,
      2_000,
      ({ postgres }) => postgres.server.stop('immediate'),
      ({ postgres }) => postgres.server.start(),
    ),
  },
  {
    ...onPostgres,
    name: 'PostgreSQL paused for 10 s',
    rounds: { short: 1, long: 10 },
    run: again(
      5_000,
      5_000,
      (world) => {
        world.postgres.server.pause()
        return toldInTime(world, world.refused())
      },
      ({ postgres }) => postgres.server.resume(),
    ),
  },
  {
    ...onPostgres,
    name: 'PostgreSQL behind a half-open connection',
    rounds: { short: 1, long: 10 },
    run: again(
      3_000,
      6_000,
      (world) => {
        world.postgres.wire.hold('up', 'down')
        return toldInTime(world, world.refused())
      },
      ({ postgres }) => postgres.wire.restore(),
    ),
  },
  {
    ...onPostgres,
    name: 'PostgreSQL cut off',
    rounds: { short: 3, long: 50 },
    run: again(
      200,
      2_000,
      ({ postgres }) => postgres.wire.cut(),
      ({ postgres }) => postgres.wire.restore(),
    ),
  },
  {
    ...onPostgres,
    name: 'cut right after COMMIT',
    rounds: { short: 20, long: 500 },
    isShort: true,
    run: async (world, rounds) => {
      for (let i = 0; i < rounds; i += 1) {
        await world.last(50, 300)
        await cutAfterCommit(world)
      }
      await world.suffer(async () => {})
    },
  },
]
