import { setTimeout as wait } from 'node:timers/promises'
import { roomsOf } from '../crowds.ts'
import { lostOf } from '../generator/lost-messages.ts'
import { pace } from '../generator/pace.ts'
import { roomSender } from '../generator/room-load.ts'
import { Traffic } from '../generator/traffic.ts'
import { MemoryLog } from '../measure/memory-log.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import type { Figures, Job, Scenario } from '../scenario.ts'

const saturatingSeconds = 5
/** The longest time of a send at the normal rate. */
const normalMs = 250
const longestRecoverySeconds = 120

/**
 * Finds the highest rate of the server: sends a new message at each acknowledgement, so that `inFlight` are always
 * open.
 */
const saturate = async (traffic: Traffic, job: Job, inFlight: number): Promise<number> => {
  const send = roomSender(traffic, job)
  let i = 0
  const next = () => send(performance.now(), i++)
  traffic.onAcknowledged = next
  // A slow server may refuse some of them: these are sent again after the time to wait.
  traffic.onRefused = (_, { retryAfterMs = 1_000 }) => void setTimeout(() => traffic.onAcknowledged(0, 0), retryAfterMs)
  for (let started = 0; started < inFlight; started += 1) next()
  await wait(job.settings.warmupSeconds * 1_000)
  const { acknowledgements, seconds } = await traffic.measure(saturatingSeconds)
  traffic.onAcknowledged = () => {}
  await traffic.drain()
  return acknowledgements / seconds
}

/**
 * Sends at the normal rate until, for a whole second, no send takes longer than `normalMs`; resolves with the seconds
 * until then.
 */
const recover = async (traffic: Traffic, job: Job): Promise<number> => {
  const send = roomSender(traffic, job)
  const { normalRate = 1 } = job.settings.numbers
  const from = performance.now()
  for (let second = 0; second < longestRecoverySeconds; second += 1) {
    const start = performance.now()
    traffic.acknowledgement.reset()
    await pace(normalRate, 1, send)
    await wait(normalMs)
    const { max, count } = traffic.acknowledgement.percentiles()
    if (count >= normalRate && max <= normalMs && traffic.unanswered === 0) return (start - from) / 1_000
  }
  return Number.POSITIVE_INFINITY
}

export const overload: Scenario = {
  name: 'overload',
  summary:
    '100 rooms of 20, everybody connected: three times as many messages a second as the server can take, then a normal load again.',
  targets: ['parley'],
  crowd: ({ rooms = 0, size = 0 }) => roomsOf(rooms, size),
  numbers: { rooms: 100, size: 20, inFlight: 500, times: 3, normalRate: 200 },
  defaults: { rounds: 1, seconds: 20 },
  smoke: { seconds: 2, warmupSeconds: 1, numbers: { rooms: 20, inFlight: 100 } },
  figures: {
    saturated: { title: 'sends that saturate the server', unit: '1/s' },
    offered: { title: 'sends offered', unit: '1/s' },
    accepted: { title: 'sends accepted', unit: '1/s' },
    refused: { title: 'sends refused', unit: '%' },
    refusedWithoutTime: { title: 'refusals that did not say when to try again', unit: '' },
    lost: { title: 'messages that were acknowledged and are not there', unit: '' },
    connectionsLost: { title: 'connections that the server closed', unit: '' },
    acknowledgementP99: { title: 'acknowledgement p99 of what was accepted', unit: 'ms' },
    recovery: { title: 'until everything is normal again', unit: 's' },
    memoryBefore: { title: 'server memory, saturated', unit: 'MiB' },
    memoryMost: { title: 'server memory, most', unit: 'MiB' },
    ...serverFigureTexts,
  },
  bars: [
    { figure: 'lost', atMost: 0 },
    { figure: 'refusedWithoutTime', atMost: 0 },
    { figure: 'recovery', atMost: 10 },
    { figure: 'memoryMost', atMost: 1_024 },
  ],
  async load(job: Job): Promise<Figures> {
    const { times = 1, inFlight = 1 } = job.settings.numbers
    const { seconds } = job.settings
    const traffic = new Traffic(job)
    await traffic.enter()
    const saturated = await saturate(traffic, job, inFlight)
    const memory = new MemoryLog(job.pids)
    const accepted = new Set<number>()
    const counted = { refused: 0, refusedWithoutTime: 0, connectionsLost: 0 }
    traffic.onAcknowledged = (_, n) => void accepted.add(n)
    traffic.onRefused = (_, { retryAfterMs }) => {
      counted.refused += 1
      if (retryAfterMs === undefined) counted.refusedWithoutTime += 1
    }
    traffic.onLost = () => {
      counted.connectionsLost += 1
    }
    const offered = saturated * times
    const measured = await traffic.measure(pace(offered, seconds, roomSender(traffic, job)))
    const acknowledgement = traffic.acknowledgement.percentiles()
    const recovery = await recover(traffic, job)
    memory.stop()
    traffic.leave()
    return {
      saturated,
      offered,
      accepted: measured.acknowledgements / measured.seconds,
      lost: await lostOf(job, accepted),
      ...counted,
      refused: (counted.refused * 100) / (offered * seconds),
      acknowledgementP99: acknowledgement.p99,
      recovery,
      memoryBefore: memory.at(0),
      memoryMost: memory.most(),
      ...serverFigures(measured),
    }
  },
}
