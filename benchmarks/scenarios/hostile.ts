import { setTimeout as wait } from 'node:timers/promises'
import { beside, roomsOf } from '../crowds.ts'
import { acts } from '../generator/hostile/hostile-acts.ts'
import { HostileCaller } from '../generator/hostile/hostile-caller.ts'
import { enterWatchers, hostileNumber, makeWorld } from '../generator/hostile/hostile-world.ts'
import { withPeopleFrom } from '../generator/missed.ts'
import { pace } from '../generator/pace.ts'
import { Traffic } from '../generator/traffic.ts'
import { MemoryLog } from '../measure/memory-log.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import type { Bar, Control, CrowdPlan, Figures, Job, Scenario, Settings } from '../scenario.ts'

const others = { rooms: 20, size: 5 }
const restMs = 3_000
const settleMs = 1_000

const names = Object.keys(acts)

/** A crowded room, a room of one, and many rooms of two; the hostile caller is in all of them. */
const worldOf = ({ people = 1, members = 1, conversations = 1 }: Record<string, number>): CrowdPlan => ({
  people,
  conversations: [
    { kind: 'room', people: Array.from({ length: members }, (_, i) => i) },
    { kind: 'room', people: [hostileNumber] },
    ...Array.from({ length: conversations - 2 }, (_, i) => ({
      kind: 'room' as const,
      people: [hostileNumber, 1 + (i % (people - 1))],
    })),
  ],
})

/** Ordinary users, who send at a steady rate. */
class Others {
  readonly traffic: Traffic
  private readonly rate: number

  constructor(job: Job) {
    const { conversations = 1, people = 1, rate = 1 } = job.settings.numbers
    this.rate = rate
    this.traffic = new Traffic(withPeopleFrom(job, conversations, people))
  }

  /** The p95 of their acknowledgements, for so many seconds or until `beside` has ended. */
  async p95(seconds: number, beside?: Promise<unknown>): Promise<number> {
    let isOver = false
    const send = (dueMs: number, i: number) =>
      this.traffic.send((i % others.rooms) * others.size, i % others.rooms, dueMs)
    // The last calls of `beside` may take longer than the planned time.
    const sending = pace(this.rate, beside ? seconds * 20 : seconds, send, () => isOver)
    const over = beside?.finally(() => {
      isOver = true
    })
    await this.traffic.measure(Promise.all([sending, over]))
    const { p95 } = this.traffic.acknowledgement.percentiles()
    await this.traffic.drain()
    await wait(settleMs)
    return p95
  }
}

/** Measures the p95 of others before and while one act is repeated. */
const measureAct = async (
  name: string,
  caller: HostileCaller,
  others: Others,
  { seconds, numbers: { rest = 0 } }: Settings,
): Promise<Figures> => {
  await caller.rest(name, rest)
  const quiet = await others.p95(seconds)
  const asking = caller.repeat(name, seconds)
  const p95 = await others.p95(seconds, asking)
  const { answers, refusals } = await asking
  const figures = { quiet, p95, ratio: p95 / quiet, answers: answers / seconds, refusals: refusals / seconds }
  return Object.fromEntries(Object.entries(figures).map(([column, figure]) => [`${name}, ${column}`, figure]))
}

const columns = {
  quiet: 'p95 of others before, ms',
  p95: 'p95 of others meanwhile, ms',
  ratio: '×',
  answers: 'answers a second',
  refusals: 'refusals a second',
}
const bars: Bar[] = names.map((name) => ({
  figure: `${name}, ratio`,
  title: `${name}: p95 of others, to before`,
  atMost: 5,
  unit: '×',
}))

export const hostileScenario: Scenario = {
  name: 'hostile',
  summary:
    'One of 50,000 people, an administrator in 1,000 conversations, one of them a room of 10,000 and one with 3,000 invited, calls every operation of the protocol as often as the budgets allow, over three connections; 100 others send 100 messages a second.',
  targets: ['parley', 'parley-postgres'],
  crowd: (numbers) => ({
    ...beside(worldOf(numbers), roomsOf(others.rooms, others.size)),
    administrator: hostileNumber,
  }),
  numbers: {
    people: 50_000,
    members: 10_000,
    conversations: 1_000,
    invited: 3_000,
    missed: 30,
    watchers: 800,
    rate: 100,
    rest: 60,
  },
  defaults: { rounds: 1, seconds: 5 },
  smoke: {
    seconds: 1,
    warmupSeconds: 1,
    numbers: { people: 1_000, members: 200, conversations: 50, invited: 100, missed: 5, watchers: 20, rest: 0 },
  },
  figures: {
    worst: { title: 'p95 of others, × of before: the worst operation', unit: '×' },
    memoryGrowth: { title: 'growth of the server’s memory', unit: 'MiB' },
    ...serverFigureTexts,
  },
  grid: {
    rows: Object.fromEntries(names.map((name) => [`${name}, `, name])),
    columns,
  },
  bars: [...bars, { figure: 'memoryGrowth', atMost: 100 }],
  async load(job: Job, control: Control): Promise<Figures> {
    const { seconds, warmupSeconds } = job.settings
    const world = await makeWorld(job)
    const now: Job = { ...job, ...(await control.restart({ rateLimits: 'on' })) }
    const others = new Others(now)
    await others.traffic.enter()
    const watching = await enterWatchers(now, job.settings.numbers.watchers ?? 1, world)
    const caller = await HostileCaller.enter(now, hostileNumber, world)
    await others.p95(warmupSeconds)
    await wait(restMs)
    const memory = new MemoryLog(now.pids)
    const found: Figures = {}
    for (const name of names) Object.assign(found, await measureAct(name, caller, others, job.settings))
    memory.stop()
    const measured = await others.traffic.measure(seconds)
    for (const each of [caller, others.traffic]) each.leave()
    for (const each of watching) each.close()
    return {
      worst: Math.max(...names.map((name) => found[`${name}, ratio`] ?? Number.NaN)),
      memoryGrowth: memory.most() - memory.at(0),
      ...found,
      ...serverFigures(measured),
    }
  },
}
