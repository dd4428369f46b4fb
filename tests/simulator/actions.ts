import { features } from './features/index.ts'
import type { Simulation } from './simulation.ts'
import type { Action, Actions } from './simulator-feature.ts'

/** What happens to tabs, connections and the server, independently of the users. */
const surroundings: Actions = {
  sync: [2, (_, tab) => tab.chat.sync()],
  wake: [1, (_, tab) => tab.wake()],
  cut: [5, (_, tab) => tab.cut()],
  'half open': [2, (_, tab, __, n) => tab.link.swallow(n % 3 !== 0, n % 3 !== 1)],
  down: [
    2,
    (_, tab) => {
      tab.link.isDown = true
      tab.cut()
    },
  ],
  up: [
    4,
    (_, { link }) => {
      link.isDown = false
    },
  ],
  'server restart': [1, ({ server }) => server.restart()],
  backup: [2, ({ server }) => server.keepBackup()],
  'backup restored': [
    2,
    (simulation) => {
      if (simulation.server.restoreBackup()) simulation.hasRestored = true
    },
  ],
  'tokens end': [0.5, ({ server }, tab) => server.expire(tab.browser.userId)],
  'tab opens': [1, (simulation, { browser }) => simulation.tabs.length < 14 && simulation.openTab(browser)],
  'tab closes': [0.6, (_, tab) => tab.close()],
  'tab crashes': [0.6, (_, tab) => tab.kill()],
}

const wheel = Object.entries<Action>(Object.assign({}, ...features.map(({ actions }) => actions), surroundings))
const total = wheel.reduce((sum, [, [weight]]) => sum + weight, 0)

/**
 * Makes one action happen in a living tab, and does not wait for it; what it throws later is ignored. The seed decides
 * the action, the tab and the room.
 */
export function doSomething(simulation: Simulation): void {
  const { random } = simulation
  const tab = random.pick(simulation.living.filter((living) => !living.isClosing))
  const roomId = random.pick(simulation.roomIds)
  if (!tab || !roomId) return
  let at = random.next() * total
  const [name, [, run]] =
    wheel.find(([, [weight]]) => {
      at -= weight
      return at < 0
    }) ?? (wheel[0] as (typeof wheel)[0])
  const n = random.between(0, 1_000)
  simulation.note(tab.name, name, roomId, n)
  Promise.resolve(run(simulation, tab, roomId, n)).catch(() => {})
}
