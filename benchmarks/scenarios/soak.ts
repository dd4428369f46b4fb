import { roomsOf } from '../crowds.ts'
import { Churn } from '../generator/churn.ts'
import { pace } from '../generator/pace.ts'
import { regularsOf, roomFigures, roomFigureTexts, roomSender } from '../generator/room-load.ts'
import { Traffic } from '../generator/traffic.ts'
import { MemoryLog } from '../measure/memory-log.ts'
import type { Control, CrowdPlan, Figures, Job, Scenario } from '../scenario.ts'

/** The crowd with guests after its people, each in one room. */
const withGuests = ({ people, conversations }: CrowdPlan, guests: number): CrowdPlan => {
  const plan = structuredClone({ people: people + guests, conversations })
  for (let i = 0; i < guests; i += 1) plan.conversations[i % conversations.length]?.people.push(people + i)
  return plan
}

export const soak: Scenario = {
  name: 'soak',
  summary:
    'Half of `rooms` (100 rooms of 20, 250 messages a second) for a long time, while 50 people a second come, sync, stay ten seconds and go.',
  targets: ['parley'],
  crowd: ({ rooms = 0, size = 0, guests = 0 }) => withGuests(roomsOf(rooms, size), guests),
  numbers: { rooms: 100, size: 20, rate: 250, minutes: 60, guests: 1_000, connects: 50, stay: 10 },
  defaults: { rounds: 1, warmupSeconds: 60 },
  smoke: { warmupSeconds: 2, numbers: { rate: 100, minutes: 0.1, guests: 100, connects: 10, stay: 2 } },
  figures: {
    ...roomFigureTexts,
    slope: { title: 'server memory, slope over the latter half', unit: 'MiB per 10 minutes' },
    loopP99: { title: 'event loop late, p99', unit: 'ms' },
    handles: { title: 'handles before', unit: '' },
    handlesLeft: { title: 'handles more when the guests have gone', unit: '' },
    connects: { title: 'guests who came', unit: '' },
    connectP99: { title: 'from connecting to synced, p99', unit: 'ms' },
  },
  bars: [
    { figure: 'slope', atMost: 1 },
    { figure: 'loopP99', atMost: 50 },
    { figure: 'handlesLeft', atMost: 5 },
    { figure: 'errors', atMost: 0 },
  ],
  async load(job: Job, control: Control): Promise<Figures> {
    const { rate = 1, minutes = 1 } = job.settings.numbers
    const seconds = minutes * 60
    const traffic = new Traffic(job, regularsOf(job))
    await traffic.enter()
    const send = roomSender(traffic, job)
    const [before] = await control.probe()
    const churn = new Churn(job, regularsOf(job))
    const churning = churn.run(job.settings.warmupSeconds + seconds)
    await pace(rate, job.settings.warmupSeconds, send)
    await control.probe()
    const memory = new MemoryLog(job.pids)
    const measured = await traffic.measure(pace(rate, seconds, send))
    memory.stop()
    const [during] = await control.probe()
    const measuredFigures = roomFigures(traffic, measured, memory)
    await churning
    await traffic.drain()
    const [after] = await control.probe()
    traffic.leave()
    return {
      ...measuredFigures,
      errors: churn.failures,
      slope: memory.slope(),
      loopP99: during?.loopP99 ?? Number.NaN,
      handles: before?.handles ?? Number.NaN,
      handlesLeft: (after?.handles ?? Number.NaN) - (before?.handles ?? Number.NaN),
      connects: churn.connects,
      connectP99: churn.latency.percentiles().p99,
    }
  },
}
