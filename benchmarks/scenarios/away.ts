import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { beside, roomsOf, roomsWithGuest } from '../crowds.ts'
import type { SyncCost } from '../generator/away-device.ts'
import { withPeopleFrom, writeMissed } from '../generator/missed.ts'
import { pace } from '../generator/pace.ts'
import { Traffic } from '../generator/traffic.ts'
import { MemoryLog } from '../measure/memory-log.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import type { Control, Figures, Job, Scenario } from '../scenario.ts'

const size = 2
const others = { rooms: 5, size: 10 }
/** The time until the memory of a new server is stable. */
const restMs = 3_000

const ask = async (device: Worker, asked: unknown): Promise<SyncCost> => {
  device.postMessage(asked)
  return (await once(device, 'message'))[0]
}

export const away: Scenario = {
  name: 'away',
  summary:
    'A device comes back that missed 900 messages in each of 500 conversations, again and again, while others send 100 messages a second.',
  targets: ['parley'],
  crowd: ({ rooms = 0 }) => beside(roomsWithGuest(rooms, size), roomsOf(others.rooms, others.size)),
  numbers: { rooms: 500, missed: 900, rate: 100 },
  defaults: { rounds: 1, seconds: 15 },
  smoke: { seconds: 1, numbers: { rooms: 20, missed: 210 } },
  figures: {
    converged: { title: 'until the device has converged, longest', unit: 's' },
    pieces: { title: 'answers that it took', unit: '' },
    answers: { title: 'their size together', unit: 'MiB' },
    longestPiece: { title: 'until one answer had come, longest', unit: 'ms' },
    returns: { title: 'returns while others were measured', unit: '' },
    quietP95: { title: 'sends of others before, acknowledged p95', unit: 'ms' },
    othersP95: { title: 'sends of others meanwhile, acknowledged p95', unit: 'ms' },
    othersMax: { title: 'sends of others meanwhile, longest', unit: 'ms' },
    othersRatio: { title: 'p95 meanwhile, to before', unit: '×' },
    memoryGrowth: { title: 'growth of the server’s memory', unit: 'MiB' },
    ...serverFigureTexts,
  },
  bars: [
    { figure: 'converged', atMost: 60 },
    { figure: 'othersRatio', atMost: 5 },
    { figure: 'memoryGrowth', atMost: 200 },
  ],
  async load(job: Job, control: Control): Promise<Figures> {
    const { rooms = 1, missed = 1, rate = 1 } = job.settings.numbers
    const { seconds } = job.settings
    const guest = rooms * size
    const device = new Worker(new URL('../generator/away-device.ts', import.meta.url), {
      workerData: { job, member: guest },
    })
    await ask(device, 'arrive')
    await writeMissed(job, job.crowd.conversations.slice(0, rooms), missed)
    const now: Job = { ...job, ...(await control.restart()) }

    const traffic = new Traffic(withPeopleFrom(now, rooms, guest + 1))
    await traffic.enter()
    const send = (dueMs: number, i: number) => traffic.send((i % others.rooms) * others.size, i % others.rooms, dueMs)
    await traffic.measure(pace(rate, job.settings.warmupSeconds, send))
    await traffic.measure(pace(rate, seconds, send))
    const quiet = traffic.acknowledgement.percentiles()
    await wait(restMs)
    const memory = new MemoryLog(now.pids)
    const returns: SyncCost[] = []
    let over = false
    const returning = (async () => {
      const until = performance.now() + seconds * 1_000
      do returns.push(await ask(device, { ports: now.ports }))
      while (performance.now() < until)
      over = true
    })()
    const measured = await traffic.measure(Promise.all([returning, pace(rate, seconds * 20, send, () => over)]))
    memory.stop()
    const meanwhile = traffic.acknowledgement.percentiles()
    await traffic.drain()
    traffic.leave()
    await ask(device, 'check')
    await device.terminate()
    const most = (of: (one: SyncCost) => number) => Math.max(...returns.map(of))
    return {
      converged: most(({ ms }) => ms) / 1_000,
      pieces: most(({ pieces }) => pieces),
      answers: most(({ answerBytes }) => answerBytes) / 2 ** 20,
      longestPiece: most(({ longestPieceMs }) => longestPieceMs),
      returns: returns.length,
      quietP95: quiet.p95,
      othersP95: meanwhile.p95,
      othersMax: meanwhile.max,
      othersRatio: meanwhile.p95 / quiet.p95,
      memoryGrowth: memory.most() - memory.at(0),
      ...serverFigures(measured),
    }
  },
}
