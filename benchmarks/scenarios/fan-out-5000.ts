import { pace } from '../generator/pace.ts'
import { Traffic } from '../generator/traffic.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import type { Figures, Job, Scenario } from '../scenario.ts'

export const fanOut5000: Scenario = {
  name: 'fan-out-5000',
  summary: 'One room of 5,000 connected members; some messages a second, until the last member has each.',
  targets: ['plain-socket-io', 'bare-ws', 'parley'],
  crowd: ({ people = 0 }) => {
    const everybody = Array.from({ length: people }, (_, person) => person)
    return { people, conversations: [{ kind: 'room', people: everybody }] }
  },
  numbers: { people: 5_000, rate: 4 },
  defaults: { rounds: 3, seconds: 20 },
  smoke: { rounds: 1, seconds: 2, warmupSeconds: 1, numbers: { people: 500 } },
  figures: {
    reachP50: { title: 'until the last member has it, p50', unit: 'ms' },
    reachP99: { title: 'until the last member has it, p99', unit: 'ms' },
    reachMax: { title: 'until the last member has it, longest', unit: 'ms' },
    p50: { title: 'delivery p50', unit: 'ms' },
    p99: { title: 'delivery p99', unit: 'ms' },
    cpuPerDelivery: { title: 'server CPU per delivery', unit: 'µs' },
    ...serverFigureTexts,
  },
  bars: [{ figure: 'reachMax', atMost: 1_000 }],
  async load(job: Job): Promise<Figures> {
    const { warmupSeconds, seconds, numbers } = job.settings
    const { people = 1, rate = 1 } = numbers
    const traffic = new Traffic(job)
    await traffic.enter()
    // Senders are spread over the room, because the server may serve members in the order in which they joined.
    const send = (dueMs: number, i: number) => traffic.send((i * 997) % people, 0, dueMs)
    await pace(rate, warmupSeconds, send)
    await traffic.drain()
    const measured = await traffic.measure(pace(rate, seconds, send).then(() => traffic.drain()))
    const [reach, delivery] = [traffic.reach.percentiles(), traffic.delivery.percentiles()]
    traffic.leave()
    return {
      reachP50: reach.p50,
      reachP99: reach.p99,
      reachMax: reach.max,
      p50: delivery.p50,
      p99: delivery.p99,
      cpuPerDelivery: (measured.serverCpuMs * 1_000) / measured.deliveries,
      ...serverFigures(measured),
    }
  },
}
