import { doSomething } from './actions.ts'
import { checkEnd, checkTab } from './final-checks.ts'
import { Simulation, type SimulationOptions } from './simulation.ts'

/** Longer than any time that a client waits before its next try. */
const restMs = 20 * 60_000

export interface HistoryResult {
  violations: string[]
  /** A hash of what happened: the same for the same seed. */
  print: string
  trace: readonly string[]
}

/**
 * Simulates one history in virtual time: random actions, then no more faults, after which all clients and the server
 * must agree. What they break is in `violations`; the same options give the same result.
 */
export async function runHistory(options: SimulationOptions): Promise<HistoryResult> {
  const simulation = new Simulation(options)
  const { random, clock } = simulation
  if (random.chance(0.8)) await clock.pass(10_000)
  for (let steps = random.between(15, 60); steps > 0; steps--) {
    doSomething(simulation)
    const paceMs = random.pick([0, 0, 20, 300, 3_000, 40_000]) ?? 0
    await clock.pass(random.between(0, paceMs))
  }
  await comeToRest(simulation)
  const { violations, trace } = simulation
  return { violations, print: trace.print, trace: trace.lines }
}

async function comeToRest(simulation: Simulation): Promise<void> {
  const { clock } = simulation
  simulation.note('all', 'calms down')
  simulation.clearUp()
  // Then closing tabs are closed.
  await clock.pass(100)
  for (const browser of simulation.browsers) {
    if (!simulation.living.some((tab) => tab.browser === browser)) simulation.openTab(browser)
  }
  if (!(await clock.rest(restMs))) simulation.blame('all', 'it does not come to rest')
  for (const tab of simulation.living) tab.signInAgain()
  if (!(await clock.rest(restMs))) simulation.blame('all', 'it does not come to rest after signing in again')
  // If no event was lost, clients must agree without another sync.
  if (!simulation.isLossy) for (const tab of simulation.living) checkTab(simulation, tab)
  if (simulation.violations.length > 0) return
  for (const userId of simulation.userIds) simulation.openTab(simulation.newBrowser(userId, `${userId}9`))
  for (const tab of simulation.living) void tab.chat.sync().catch(() => {})
  if (!(await clock.rest(restMs))) simulation.blame('all', 'it does not come to rest after a sync')
  for (const tab of simulation.living) checkTab(simulation, tab)
  checkEnd(simulation)
  for (const tab of simulation.tabs) tab.kill()
}
