import { checkHistory } from '../history/check-history.ts'
import type { Violation } from '../history/violation.ts'
import type { CrowdSize } from './crowd.ts'
import { createRandom } from './random.ts'
import { type Services, World } from './world.ts'

export interface CaseOptions {
  seed: number
  /** How often the fault is injected. */
  rounds: number
  /** The folder of an earlier version of Parley. */
  before?: string | undefined
}

/** A kind of fault, and where it is injected. */
export interface FaultCase {
  name: string
  /** The servers that it needs; started anew for each run. */
  topology: 'sqlite' | 'postgres' | 'cluster'
  /** How often the fault is injected, in the short form and in the long one. */
  rounds: { short: number; long: number }
  /** Does it begin with nodes of an earlier version? */
  isUpgrade?: boolean
  /** Does `npm test` run it, too? */
  isShort?: boolean
  crowd?: Partial<CrowdSize>
  /** Called with the folder of the world before its nodes start; resolves with a function that cleans up at the end. */
  prepare?(world: World, directory: string): Promise<() => Promise<void>>
  run(world: World, rounds: number): Promise<void>
}

export interface CaseReport extends CaseOptions {
  name: string
  acknowledged: number
  resends: number
  /** Events that a device received and the checker checked. */
  events: number
  syncs: number
  /** The longest time of all rounds until every raw device received live events again, in milliseconds. */
  slowestLiveMs: number
  seconds: number
  violations: Violation[]
  /** Other things that must not happen: a crash, an error that no client should get. */
  failures: string[]
  notes: string[]
}

const usual: CrowdSize = { raw: 8, sdk: 3, guests: 2, rooms: 4 }

/**
 * Runs a case: opens a world, injects the fault round after round while a crowd writes, stops the crowd, and checks
 * everything that it received. Closes the services. Never rejects: an error is one of the report's `failures`.
 */
export const runCase = async (
  { name, crowd, prepare, isUpgrade, run }: FaultCase,
  services: Services,
  options: CaseOptions,
): Promise<CaseReport> => {
  const began = performance.now()
  const world = new World(services, { ...usual, ...crowd }, createRandom(options.seed))
  const { recorder } = world
  const { history, failures } = recorder
  let isRead = false
  try {
    const ready = async (directory: string) => (await prepare?.(world, directory)) ?? (async () => {})
    await world.open(ready, isUpgrade ? options.before : undefined)
    world.slowestLiveMs = 0
    await run(world, options.rounds)
    await world.crowd.stop()
    await world.crowd.untilAcknowledged()
    await world.crowd.readAll()
    isRead = true
  } catch (error) {
    failures.push(`The case did not come to its end: ${error instanceof Error ? (error.stack ?? error) : error}`)
  } finally {
    await world.close()
  }
  return {
    ...options,
    name,
    acknowledged: history.sent.filter(({ acknowledgements }) => acknowledgements.length > 0).length,
    resends: recorder.resends,
    events: history.heard.length + history.signals.length,
    syncs: history.syncs.length,
    slowestLiveMs: world.slowestLiveMs,
    seconds: (performance.now() - began) / 1_000,
    // Without the final readings there is nothing to compare with.
    violations: isRead ? checkHistory(history) : [],
    failures,
    notes: world.notes,
  }
}
