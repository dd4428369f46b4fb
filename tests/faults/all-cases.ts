import { clockJumps } from './cases/clock-cases.ts'
import { clusterCases } from './cases/cluster-cases.ts'
import { diskFull, restoredBackup } from './cases/disk-cases.ts'
import { networkCases } from './cases/network-cases.ts'
import { passwordGuesser } from './cases/password-guesser.ts'
import { postgresCases } from './cases/postgres-cases.ts'
import { kill, restart, stall } from './cases/process-cases.ts'
import { removalRaces } from './cases/removal-race.ts'
import { restartCases } from './cases/restart-cases.ts'
import { stalledReader } from './cases/stalled-reader.ts'
import type { FaultCase } from './rig/run-case.ts'

/** All cases, in the order in which they run. */
export const allCases: readonly FaultCase[] = [
  kill,
  restart,
  stall,
  ...networkCases,
  diskFull,
  restoredBackup,
  clockJumps,
  stalledReader,
  passwordGuesser,
  ...postgresCases,
  ...clusterCases,
  ...restartCases,
  ...removalRaces,
]
