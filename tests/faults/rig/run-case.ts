import { checkHistory } from '../history/check-history.ts'
import type { Violation } from '../history/violation.ts'
import type { CrowdSize } from './crowd.ts'
import { createRandom } from './random.ts'
import { type Services, World } from './world.ts'

export interface CaseOptions {
  seed: number
  /** How often the fault is made. */
  rounds: number
  /** The folder of an earlier version of Parley. */
  before?: string | undefined
}

/** Something bad, and on what it is done. */
export interface FaultCase {
  name: string
  /** Where it happens; opened anew for each run. */
  topology: 'sqlite' | 'postgres' | 'cluster'
  /** How often, in the short form and in the long one. */
  rounds: { short: number; long: number }
  /** Does it begin with nodes of an earlier version? */
  isUpgrade?: boolean
  /** Is it among those that run with all other tests? */
  isShort?: boolean
  crowd?: Partial<CrowdSize>
  /** Done with the folder of the world before its nodes start; answers with what is to be done in the end. */
  prepare?(world: World, directory: string): Promise<() => Promise<void>>
  run(world: World, rounds: number): Promise<void>
}

export interface CaseReport extends CaseOptions {
  name: string
  acknowledged: number
  resends: number
  /** Events that came to a device and were judged. */
  events: number
  syncs: number
  /** Until every device heard live again, in milliseconds: the longest of all rounds. */
  slowestLiveMs: number
  seconds: number
  violations: Violation[]
  /** What else should not happen: a crash, an error to a client. */
  failures: string[]
  notes: string[]
}

const usual: CrowdSize = { raw: 8, sdk: 3, guests: 2, rooms: 4 }

/** Makes the fault again and again under a crowd, lets it come to rest, and judges everything that the crowd was told. */
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
    await world.crowd.rest()
    await world.crowd.quiet()
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
    // A log that nobody read says nothing.
    violations: isRead ? checkHistory(history) : [],
    failures,
    notes: world.notes,
  }
}
