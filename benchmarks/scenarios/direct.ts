import { setTimeout as wait } from 'node:timers/promises'
import { Traffic } from '../generator/traffic.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import type { Figures, Job, Scenario } from '../scenario.ts'

const count = 500

export const direct: Scenario = {
  name: 'direct',
  summary:
    '500 direct conversations of 1,000 connected people; in each, one sends its next message when the last is acknowledged.',
  targets: ['plain-socket-io', 'bare-ws', 'parley', 'parley-postgres'],
  crowd: () => ({
    people: count * 2,
    conversations: Array.from({ length: count }, (_, i) => ({ kind: 'direct', people: [i * 2, i * 2 + 1] })),
  }),
  numbers: { inFlight: 1 },
  smoke: { rounds: 1, seconds: 1, warmupSeconds: 1 },
  figures: {
    sendsPerSecond: { title: 'acknowledged sends', unit: '1/s' },
    sendsPerCpuSecond: { title: 'acknowledged sends per second of server CPU', unit: '1/s' },
    cpuPerSend: { title: 'server CPU per send', unit: 'µs' },
    p50: { title: 'acknowledgement p50', unit: 'ms' },
    p99: { title: 'acknowledgement p99', unit: 'ms' },
    deliveryP50: { title: 'delivery p50', unit: 'ms' },
    deliveryP99: { title: 'delivery p99', unit: 'ms' },
    ...serverFigureTexts,
  },
  bars: [
    { figure: 'sendsPerSecond', atLeast: 10_000 },
    { figure: 'sendsPerSecond', target: 'parley-postgres', atLeast: 5_000 },
  ],
  async load(job: Job): Promise<Figures> {
    const { warmupSeconds, seconds, numbers } = job.settings
    const traffic = new Traffic(job)
    await traffic.enter()
    traffic.onAcknowledged = (member) => traffic.send(member, member / 2)
    for (let conversation = 0; conversation < count; conversation += 1) {
      for (let i = 0; i < (numbers.inFlight ?? 1); i += 1) traffic.send(conversation * 2, conversation)
    }
    await wait(warmupSeconds * 1_000)
    const measured = await traffic.measure(seconds)
    const acknowledgement = traffic.acknowledgement.percentiles()
    const delivery = traffic.delivery.percentiles()
    await traffic.drain()
    traffic.leave()
    return {
      sendsPerSecond: measured.acknowledgements / measured.seconds,
      sendsPerCpuSecond: (measured.acknowledgements * 1_000) / measured.serverCpuMs,
      cpuPerSend: (measured.serverCpuMs * 1_000) / measured.acknowledgements,
      p50: acknowledgement.p50,
      p99: acknowledgement.p99,
      deliveryP50: delivery.p50,
      deliveryP99: delivery.p99,
      ...serverFigures(measured),
    }
  },
}
