import { MemoryLog } from '../measure/memory-log.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import type { Figures, FigureText, Job } from '../scenario.ts'
import { pace } from './pace.ts'
import { type Measured, Traffic } from './traffic.ts'

/** The titles and units of what `loadRooms` and `roomFigures` return. */
export const roomFigureTexts = {
  sendsPerSecond: { title: 'acknowledged sends', unit: '1/s' },
  deliveriesPerSecond: { title: 'deliveries', unit: '1/s' },
  p50: { title: 'delivery p50', unit: 'ms' },
  p95: { title: 'delivery p95', unit: 'ms' },
  p99: { title: 'delivery p99', unit: 'ms' },
  longest: { title: 'delivery, longest', unit: 'ms' },
  acknowledgementP99: { title: 'acknowledgement p99', unit: 'ms' },
  errors: { title: 'sends refused', unit: '' },
  memoryEarly: { title: 'server memory at 10 % of the time', unit: 'MiB' },
  memoryHalf: { title: 'server memory at 50 % of the time', unit: 'MiB' },
  memoryEnd: { title: 'server memory at the end', unit: 'MiB' },
  memoryGrowth: { title: 'server memory grown over the latter half', unit: 'MiB' },
  ...serverFigureTexts,
} as const satisfies Record<string, FigureText>

/**
 * Makes a function that sends message `i` to the rooms in turn, each time as another connected member; returns its
 * number.
 */
export const roomSender = (traffic: Traffic, { crowd, settings }: Job) => {
  const { size = 1 } = settings.numbers
  const rooms = crowd.conversations.length
  return (dueMs: number, i: number): number => {
    const room = i % rooms
    const member = crowd.conversations[room]?.people[Math.floor(i / rooms) % size] ?? 0
    return traffic.send(member, room, dueMs)
  }
}

/** The number of people who stay connected; guests come after them in the crowd. */
export const regularsOf = ({ crowd, settings }: Pick<Job, 'crowd' | 'settings'>): number =>
  crowd.conversations.length * (settings.numbers.size ?? 1)

/** The figures of a measured window; call it at its end, before further deliveries. */
export const roomFigures = (traffic: Traffic, measured: Measured, memory: MemoryLog): Figures => {
  const [delivery, acknowledgement] = [traffic.delivery.percentiles(), traffic.acknowledgement.percentiles()]
  return {
    sendsPerSecond: measured.acknowledgements / measured.seconds,
    deliveriesPerSecond: measured.deliveries / measured.seconds,
    p50: delivery.p50,
    p95: delivery.p95,
    p99: delivery.p99,
    longest: delivery.max,
    acknowledgementP99: acknowledgement.p99,
    memoryEarly: memory.at(0.1),
    memoryHalf: memory.at(0.5),
    memoryEnd: memory.at(1),
    memoryGrowth: memory.at(1) - memory.at(0.5),
    ...serverFigures(measured),
  }
}

/**
 * Connects the regulars, sends `rate` messages a second to the rooms, without measuring during the warm-up, and
 * measures the window. Then runs `after`, which may send more, and adds its figures. Resolves when every message is
 * delivered; rejects if one is lost or a connection ends. Refused sends are counted in `errors`.
 */
export const loadRooms = async (
  job: Job,
  after: (job: Job, send: (dueMs: number, i: number) => number) => Promise<Figures> = async () => ({}),
): Promise<Figures> => {
  const { warmupSeconds, seconds, numbers } = job.settings
  const { rate = 1 } = numbers
  const traffic = new Traffic(job, regularsOf(job))
  let errors = 0
  traffic.onRefused = () => {
    errors += 1
  }
  await traffic.enter()
  const send = roomSender(traffic, job)
  await pace(rate, warmupSeconds, send)
  const memory = new MemoryLog(job.pids)
  const measured = await traffic.measure(pace(rate, seconds, send))
  memory.stop()
  const figures = roomFigures(traffic, measured, memory)
  const more = await after(job, send)
  await traffic.drain()
  traffic.leave()
  return { ...figures, errors, ...more }
}
