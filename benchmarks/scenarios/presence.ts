import { setTimeout as wait } from 'node:timers/promises'
import { beside, roomsOf } from '../crowds.ts'
import { Caller } from '../generator/caller.ts'
import { pace } from '../generator/pace.ts'
import { Traffic } from '../generator/traffic.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import { spreadOf } from '../measure/summary.ts'
import type { Figures, Job, Scenario } from '../scenario.ts'
import { eachOf } from '../targets/rest-caller.ts'

const atOnce = 50
const settleMs = 1_000
const statuses = ['away', 'busy', 'online'] as const

/**
 * Connects the people of the rooms. In each room, the first `changing` members change their status, and all others
 * watch them.
 */
const fillRooms = async (job: Job, senders: number, changing: number) => {
  const callers: Caller[] = []
  const changers: Caller[] = []
  const rooms = job.crowd.conversations.filter(({ people }) => (people[0] ?? 0) >= senders)
  const people = rooms.flatMap((room) => room.people.map((person, place) => ({ room, person, place })))
  const watched = new Map<string, string[]>(rooms.map(({ id }) => [id, []]))
  await eachOf(people, atOnce, async ({ room, person, place }, i) => {
    const caller = await Caller.enter(job, person)
    callers[i] = caller
    if (place >= changing) return
    changers.push(caller)
    watched.get(room.id)?.push((await caller.ask('user.me', {})).data.user.id)
  })
  await eachOf(people, atOnce, async ({ room, place }, i) => {
    if (place < changing) return
    const { data } = await (callers[i] as Caller).ask('presence.watch', { userIds: watched.get(room.id) ?? [] })
    if (data.presences.length !== changing) throw new Error(`${data.presences.length} of ${changing} were shown.`)
  })
  return { callers, changers }
}

/** The load: sends all the time, and status changes while `isBusy`. */
class Load {
  readonly traffic: Traffic
  refused = 0
  private readonly job: Job
  private readonly callers: Caller[]
  private readonly changers: Caller[]

  private constructor(job: Job, traffic: Traffic, callers: Caller[], changers: Caller[]) {
    this.job = job
    this.traffic = traffic
    this.callers = callers
    this.changers = changers
  }

  static async enter(job: Job): Promise<Load> {
    const { pairs = 1, changing = 1 } = job.settings.numbers
    const traffic = new Traffic(job, pairs * 2)
    await traffic.enter()
    const { callers, changers } = await fillRooms(job, pairs * 2, changing)
    return new Load(job, traffic, callers, changers)
  }

  async run(seconds: number, isBusy: boolean): Promise<void> {
    const { pairs = 1, changes = 1, rate = 1 } = this.job.settings.numbers
    const send = (dueMs: number, i: number) => this.traffic.send((i % pairs) * 2, i % pairs, dueMs)
    const change = (_: number, i: number) => {
      const status = statuses[Math.floor(i / this.changers.length) % statuses.length] ?? 'online'
      this.changers[i % this.changers.length]?.ask('presence.set', { status }).catch(() => {
        this.refused += 1
      })
    }
    await Promise.all([pace(rate, seconds, send), isBusy ? pace(changes, seconds, change) : undefined])
  }

  async measure(isBusy: boolean): Promise<Figures> {
    const before = this.heard()
    const measured = await this.traffic.measure(this.run(this.job.settings.seconds, isBusy))
    const { p50, p99 } = this.traffic.acknowledgement.percentiles()
    const figures = { p50, p99, told: (this.heard() - before) / measured.seconds, ...serverFigures(measured) }
    await this.settle()
    return figures
  }

  /** Waits until no work of one window is left for the next. */
  async settle(): Promise<void> {
    await this.traffic.drain()
    await wait(settleMs)
  }

  leave(): void {
    this.traffic.leave()
    for (const caller of this.callers) caller.close()
  }

  private heard(): number {
    return this.callers.reduce((sum, { events }) => sum + events, 0)
  }
}

const medianOf = (windows: readonly Figures[], figure: string): number =>
  spreadOf(windows.map((figures) => figures[figure] ?? Number.NaN)).median

export const presence: Scenario = {
  name: 'presence',
  summary:
    '2,000 people watch 10 others each and 200 of those change their status every second, in every other window; 200 messages a second between 200 others.',
  targets: ['parley', 'parley-postgres'],
  crowd: ({ pairs = 0, rooms = 0, watchers = 0, changing = 0 }) =>
    beside(
      {
        people: pairs * 2,
        conversations: Array.from({ length: pairs }, (_, i) => ({ kind: 'direct', people: [i * 2, i * 2 + 1] })),
      },
      roomsOf(rooms, watchers + changing),
    ),
  numbers: { pairs: 100, rooms: 20, watchers: 100, changing: 10, changes: 200, rate: 200, windows: 4 },
  defaults: { rounds: 1, seconds: 5 },
  smoke: { seconds: 1, warmupSeconds: 1, numbers: { rooms: 2, windows: 1 } },
  figures: {
    ratio: { title: 'acknowledgement p99 with status changes ÷ without', unit: '' },
    quietP99: { title: 'acknowledgement p99 without status changes', unit: 'ms' },
    busyP99: { title: 'acknowledgement p99 with status changes', unit: 'ms' },
    refused: { title: 'status changes refused', unit: '' },
    told: { title: 'statuses told', unit: '1/s' },
    quietP50: { title: 'acknowledgement p50 without status changes', unit: 'ms' },
    busyP50: { title: 'acknowledgement p50 with status changes', unit: 'ms' },
    ...serverFigureTexts,
  },
  bars: [{ figure: 'ratio', atMost: 1.5 }],
  async load(job: Job): Promise<Figures> {
    const load = await Load.enter(job)
    await load.run(job.settings.warmupSeconds, true)
    await load.settle()
    const quiet: Figures[] = []
    const busy: Figures[] = []
    for (let window = 0; window < (job.settings.numbers.windows ?? 1); window += 1) {
      quiet.push(await load.measure(false))
      busy.push(await load.measure(true))
    }
    load.leave()
    const [quietP99, busyP99] = [medianOf(quiet, 'p99'), medianOf(busy, 'p99')]
    return {
      ratio: busyP99 / quietP99,
      quietP99,
      busyP99,
      refused: load.refused,
      told: medianOf(busy, 'told'),
      quietP50: medianOf(quiet, 'p50'),
      busyP50: medianOf(busy, 'p50'),
      ...Object.fromEntries(Object.keys(serverFigureTexts).map((figure) => [figure, medianOf(busy, figure)])),
    }
  },
}
