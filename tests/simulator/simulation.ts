import { ModelServer } from './model-server.ts'
import { sideRowsOf } from './model-side-rows.ts'
import { ModelWorld } from './model-world.ts'
import { SeededRandom } from './seeded-random.ts'
import { Trace } from './trace.ts'
import { VirtualClock } from './virtual-clock.ts'
import { VirtualStorage } from './virtual-storage.ts'
import { type Browser, type TabContext, VirtualTab } from './virtual-tab.ts'
import { fairWeather, randomWeather, type Weather } from './weather.ts'

export interface SimulationOptions {
  seed: number
  keepsTrace?: boolean
}

const people = ['ana', 'bob', 'kim']

/** Some users with their browsers and tabs, a server, and the network conditions (“weather”) between them. */
export class Simulation {
  readonly random: SeededRandom
  readonly clock = new VirtualClock()
  readonly trace: Trace
  readonly weather: Weather
  readonly server: ModelServer
  readonly browsers: Browser[] = []
  readonly tabs: VirtualTab[] = []
  readonly violations: string[] = []
  readonly roomIds: string[]
  readonly userIds: string[]
  /** May events get lost on a connection that stays open? Then clients agree with the server only after a sync. */
  isLossy: boolean
  hasRestored = false
  #texts = 0
  readonly #around: TabContext

  constructor({ seed, keepsTrace = false }: SimulationOptions) {
    this.random = new SeededRandom(seed)
    this.trace = new Trace(this.clock.now, keepsTrace)
    this.weather = randomWeather(this.random)
    this.isLossy = this.weather.dropsEvent > 0
    this.userIds = people.slice(0, this.random.between(2, 3))
    this.roomIds = ['r1', 'r2', 'r3'].slice(0, this.random.between(1, 3))
    const serverRandom = new SeededRandom(seed, 1)
    this.server = new ModelServer(this.clock, serverRandom, this.weather, this.trace, this.#firstWorld())
    const blame = (who: string, what: string) => {
      this.trace.note(this.clock.now, who, `WRONG: ${what}`)
      this.violations.push(`${who}: ${what}`)
    }
    const { clock, weather, server, trace } = this
    const random = new SeededRandom(seed, 2)
    this.#around = { clock, random, weather, server, trace, blame }
    if (this.random.chance(0.3)) this.server.tokenLifeMs = this.random.between(70_000, 200_000)
    for (const userId of this.userIds) this.#equip(userId)
    this.note('seed', `${seed}`, this.weather)
  }

  /** The tabs that are neither closed nor crashed, in the order in which they opened. */
  get living(): VirtualTab[] {
    return this.tabs.filter((tab) => tab.isAlive)
  }

  /** Adds a line to the trace at the present virtual time. */
  note(who: string, what: string, ...details: unknown[]): void {
    this.trace.note(this.clock.now, who, what, ...details)
  }

  /** Reports a violation: adds it to `violations` and to the trace. */
  blame(who: string, what: string): void {
    this.#around.blame(who, what)
  }

  /** A text that no other message of the simulation has. */
  newText(): string {
    return `text ${++this.#texts}`
  }

  /** Opens a tab with a client that connects at once, and adds it to `tabs`. */
  openTab(browser: Browser): VirtualTab {
    const tab = new VirtualTab(`${browser.name}.${this.tabs.length}`, browser, this.#around)
    this.note(tab.name, 'opens')
    this.tabs.push(tab)
    return tab
  }

  /** Ends all faults of the network and the server, and the short life of new tokens. */
  clearUp(): void {
    Object.assign(this.weather, fairWeather)
    this.server.tokenLifeMs = Number.POSITIVE_INFINITY
    for (const { link } of this.living) {
      link.isDown = false
      link.swallows = { toServer: false, toClient: false }
    }
  }

  /**
   * A browser with storage of its own, in which this user is signed in; it has no tab, and is not added to `browsers`.
   */
  newBrowser(userId: string, name: string): Browser {
    const storage = new VirtualStorage(this.clock, this.#around.random)
    return { name, userId, storage, token: this.server.newToken(userId) }
  }

  #equip(userId: string): void {
    const count = this.random.between(1, 2)
    for (let i = 1; i <= count; i++) {
      const browser = this.newBrowser(userId, `${userId}${i}`)
      this.browsers.push(browser)
      for (let tabs = this.random.chance(0.4) ? 2 : 1; tabs > 0; tabs--) this.openTab(browser)
    }
  }

  #firstWorld(): ModelWorld {
    const world = new ModelWorld('epoch 1', sideRowsOf)
    for (const userId of this.userIds) world.accounts.set(userId, 1)
    for (const id of this.roomIds) {
      const room = { id, name: id, rev: 0, settingsRev: 0, messages: [], memberships: new Map() }
      world.rooms.set(id, room)
      const [owner = '', ...others] = this.userIds
      world.putMembership(room, owner, { role: 'owner' })
      for (const userId of others) if (this.random.chance(0.8)) world.putMembership(room, userId, {})
    }
    return world
  }
}
