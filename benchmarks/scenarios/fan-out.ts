import { setTimeout as wait } from 'node:timers/promises'
import { pace } from '../generator/pace.ts'
import { type Measured, Traffic } from '../generator/traffic.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import type { Figures, Job, Scenario } from '../scenario.ts'

const everybody = Array.from({ length: 300 }, (_, person) => person)

/** Senders are spread over the room, because the server may serve members in the order in which they joined. */
const senderAt = (i: number, senders: number) => Math.floor((i * everybody.length) / senders)

const saturate = async (traffic: Traffic, { warmupSeconds, seconds, numbers }: Job['settings']) => {
  const { inFlight = 0, senders = 1 } = numbers
  traffic.onOwn = (member) => traffic.send(member, 0)
  for (let i = 0; i < inFlight; i += 1) traffic.send(senderAt(i % senders, senders), 0)
  await wait(warmupSeconds * 1_000)
  return traffic.measure(seconds)
}

/** Sends at the same rate to every target, so that their latencies can be compared. */
const paced = async (traffic: Traffic, { warmupSeconds, seconds, numbers }: Job['settings']) => {
  const { rate = 1, senders = 1 } = numbers
  const send = (dueMs: number, i: number) => traffic.send(senderAt(i % senders, senders), 0, dueMs)
  await pace(rate, warmupSeconds / 2, send)
  const [measured] = await Promise.all([traffic.measure(seconds), pace(rate, seconds, send)])
  return measured
}

/** Runs one phase with new connections, because the kernel adapts connections to their load. */
const phase = async (job: Job, run: (traffic: Traffic, settings: Job['settings']) => Promise<Measured>) => {
  const traffic = new Traffic(job)
  await traffic.enter()
  const measured = await run(traffic, job.settings)
  const latency = traffic.delivery.percentiles()
  await traffic.drain()
  // Foreign clients need time to confirm the messages; otherwise they get them again when they connect the next time.
  await wait(1_000)
  traffic.leave()
  return { measured, latency }
}

const cpuPerDelivery = ({ serverCpuMs, deliveries }: Measured) => (serverCpuMs * 1_000) / deliveries

export const fanOut: Scenario = {
  name: 'fan-out',
  summary: 'One room of 300 connected members; saturated with 40 messages in flight, then 100 messages a second.',
  targets: ['plain-socket-io', 'bare-ws', 'parley'],
  crowd: () => ({ people: everybody.length, conversations: [{ kind: 'room', people: everybody }] }),
  numbers: { inFlight: 40, senders: 8, rate: 100 },
  smoke: { rounds: 1, seconds: 1, warmupSeconds: 1 },
  figures: {
    deliveriesPerSecond: { title: 'deliveries', unit: '1/s' },
    cpuPerDelivery: { title: 'server CPU per delivery', unit: 'µs' },
    p50: { title: 'delivery p50, saturated', unit: 'ms' },
    p99: { title: 'delivery p99, saturated', unit: 'ms' },
    pacedCpuPerDelivery: { title: 'server CPU per delivery at the fixed rate', unit: 'µs' },
    pacedP50: { title: 'delivery p50 at the fixed rate', unit: 'ms' },
    pacedP99: { title: 'delivery p99 at the fixed rate', unit: 'ms' },
    bytesPerDelivery: { title: 'bytes per delivery', unit: 'B' },
    ...serverFigureTexts,
  },
  bars: [{ figure: 'cpuPerDelivery', ratioTo: 'plain-socket-io', atMost: 0.12 }],
  async load(job: Job): Promise<Figures> {
    const full = await phase(job, saturate)
    const even = await phase(job, paced)
    const { measured } = full
    return {
      deliveriesPerSecond: measured.deliveries / measured.seconds,
      cpuPerDelivery: cpuPerDelivery(measured),
      p50: full.latency.p50,
      p99: full.latency.p99,
      pacedCpuPerDelivery: cpuPerDelivery(even.measured),
      pacedP50: even.latency.p50,
      pacedP99: even.latency.p99,
      bytesPerDelivery: measured.deliveredBytes / measured.deliveries,
      ...serverFigures(measured),
    }
  },
}
