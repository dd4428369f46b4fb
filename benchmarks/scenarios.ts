import type { Scenario } from './scenario.ts'
import { away } from './scenarios/away.ts'
import { direct } from './scenarios/direct.ts'
import { fanOut } from './scenarios/fan-out.ts'
import { fanOut5000 } from './scenarios/fan-out-5000.ts'
import { fanOutForeign } from './scenarios/fan-out-foreign.ts'
import { history } from './scenarios/history.ts'
import { hostileScenario } from './scenarios/hostile.ts'
import { idle } from './scenarios/idle.ts'
import { largeAccount } from './scenarios/large-account.ts'
import { nodes } from './scenarios/nodes.ts'
import { overload } from './scenarios/overload.ts'
import { presence } from './scenarios/presence.ts'
import { reactions } from './scenarios/reactions.ts'
import { rooms } from './scenarios/rooms.ts'
import { soak } from './scenarios/soak.ts'
import { wave } from './scenarios/wave.ts'

/** All scenarios, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  fanOut,
  direct,
  fanOut5000,
  fanOutForeign,
  idle,
  rooms,
  wave,
  away,
  history,
  hostileScenario,
  largeAccount,
  nodes,
  overload,
  presence,
  reactions,
  soak,
]

/** The scenario of this name. Throws, naming all, if there is none. */
export const scenarioNamed = (name: string): Scenario => {
  const scenario = scenarios.find((candidate) => candidate.name === name)
  if (!scenario) throw new Error(`There is no scenario "${name}": ${scenarios.map((known) => known.name).join(', ')}`)
  return scenario
}
