import { roomsWithGuest } from '../crowds.ts'
import { portOf } from '../generator/enter.ts'
import { writeMissed } from '../generator/missed.ts'
import type { CrowdPlan, Figures, Job, Scenario } from '../scenario.ts'

/** With so few conversations a change costs what it costs by itself. */
const few = 100

/** One person, the last, who is in many conversations: every other one with one person alone. */
const crowdOf = (conversations: number): CrowdPlan => {
  const plan = roomsWithGuest(conversations, 1)
  const kinds = ['direct', 'room'] as const
  return {
    people: plan.people,
    conversations: plan.conversations.map(({ people }, at) => ({ kind: kinds[at % 2] ?? 'room', people })),
  }
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN

const openingsOf = async (job: Job): Promise<Figures> => {
  const { conversations = 1, opens = 1, throttle = 1 } = job.settings.numbers
  const { measureOpenings } = await import('../generator/app-openings.ts')
  const member = job.crowd.members.length - 1
  const token = job.crowd.members[member]?.token ?? ''
  const openings = await measureOpenings({ port: portOf(job, member), token, throttle, conversations }, opens)
  const [shown, whole] = [openings.map((one) => one.shown), openings.map((one) => one.whole)]
  return {
    shownP50: percentile(shown, 0.5),
    shownP95: percentile(shown, 0.95),
    wholeP50: percentile(whole, 0.5),
    wholeP95: percentile(whole, 0.95),
  }
}

const changesOf = async (conversations: number): Promise<Figures> => {
  const { measureChanges } = await import('../generator/sdk-changes.ts')
  const [small = {}, large = {}] = await measureChanges([few, conversations])
  const ratios = Object.keys(small).map((name) => (large[name] ?? Number.NaN) / (small[name] ?? Number.NaN))
  console.error(Object.keys(small).map((name) => `${name}: ${small[name]?.toFixed(1)} → ${large[name]?.toFixed(1)} µs`))
  return {
    arrivalFew: small['a message arrives'] ?? Number.NaN,
    arrivalMany: large['a message arrives'] ?? Number.NaN,
    arrivalRatio: (large['a message arrives'] ?? Number.NaN) / (small['a message arrives'] ?? Number.NaN),
    worstRatio: Math.max(...ratios),
  }
}

export const largeAccount: Scenario = {
  name: 'large-account',
  summary:
    'A person in 10,000 conversations opens the web app, in a browser that computes four times slower; and what a change costs the SDK with 10,000 conversations, to what it costs with 100.',
  targets: ['parley'],
  crowd: ({ conversations = 1 }) => crowdOf(conversations),
  numbers: { conversations: 10_000, opens: 20, throttle: 4 },
  defaults: { rounds: 1 },
  smoke: { seconds: 1, numbers: { conversations: 200, opens: 2 } },
  figures: {
    shownP50: { title: 'until the list of conversations is painted, p50', unit: 'ms' },
    shownP95: { title: 'until the list of conversations is painted, p95', unit: 'ms' },
    wholeP50: { title: 'until all conversations are held, p50', unit: 'ms' },
    wholeP95: { title: 'until all conversations are held, p95', unit: 'ms' },
    arrivalFew: { title: 'the SDK takes in a message, with 100 conversations', unit: 'µs' },
    arrivalMany: { title: 'the SDK takes in a message, with all conversations', unit: 'µs' },
    arrivalRatio: { title: 'the same, to each other', unit: '×' },
    worstRatio: { title: 'the kind of change that grows most, with all conversations to with 100', unit: '×' },
  },
  bars: [
    { figure: 'shownP95', atMost: 1_500 },
    // A list that changes is copied: 10,000 references, which takes some microseconds.
    { figure: 'worstRatio', atMost: 4 },
  ],
  async load(job: Job): Promise<Figures> {
    await writeMissed(job, job.crowd.conversations, 1)
    // The server is idle then, and the browser has the machine.
    const openings = await openingsOf(job)
    return { ...openings, ...(await changesOf(job.settings.numbers.conversations ?? 1)) }
  },
}
