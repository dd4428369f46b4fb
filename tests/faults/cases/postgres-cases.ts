import type { FaultCase } from '../rig/run-case.ts'
import type { World } from '../rig/world.ts'
import { kill, restart } from './process-cases.ts'
import { repeatFault } from './repeated-fault.ts'

const onPostgres = { topology: 'postgres', rounds: { short: 2, long: 20 } } as const

/** The longest time until an operation is refused while the database does not answer. */
const mostSilentMs = 6_000

const checkRefusal = async ({ recorder, notes }: World, refused: Promise<number>) => {
  const ms = await refused
  notes.push(`refused after ${(ms / 1_000).toFixed(1)} s`)
  if (ms > mostSilentMs) recorder.failures.push(`A database that does not answer was noticed only after ${ms} ms.`)
}

const commit = Buffer.from('commit\0')

/** Cuts the connection right after COMMIT was passed on: it happens, and the node does not learn of it. */
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
    run: repeatFault(
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
    run: repeatFault(
      5_000,
      5_000,
      (world) => {
        world.postgres.server.pause()
        return checkRefusal(world, world.untilRefused())
      },
      ({ postgres }) => postgres.server.resume(),
    ),
  },
  {
    ...onPostgres,
    name: 'PostgreSQL behind a half-open connection',
    rounds: { short: 1, long: 10 },
    run: repeatFault(
      3_000,
      6_000,
      (world) => {
        world.postgres.wire.hold('up', 'down')
        return checkRefusal(world, world.untilRefused())
      },
      ({ postgres }) => postgres.wire.restore(),
    ),
  },
  {
    ...onPostgres,
    name: 'PostgreSQL cut off',
    rounds: { short: 3, long: 50 },
    run: repeatFault(
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
        await world.waitBetween(50, 300)
        await cutAfterCommit(world)
      }
      await world.inject(async () => {})
    },
  },
]
