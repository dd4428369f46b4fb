import { beside, roomsOf } from '../crowds.ts'
import { Caller } from '../generator/caller.ts'
import { pace } from '../generator/pace.ts'
import { Returning, type Waves } from '../generator/returning.ts'
import { Traffic } from '../generator/traffic.ts'
import { messageId } from '../generator/vocabulary.ts'
import { Latency } from '../measure/latency.ts'
import { MemoryLog } from '../measure/memory-log.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import type { Control, Crowd, Figures, Job, Scenario } from '../scenario.ts'
import { eachOf } from '../targets/rest-caller.ts'

const size = 20
const others = { rooms: 5, size: 10 }
const longestSeconds = 180

/** The last person of each room sends messages while the others are away. */
const writeMissed = async (job: Job, rooms: Crowd['conversations'], each: number): Promise<void> => {
  await eachOf(rooms, 50, async ({ id, people }) => {
    const writer = await Caller.enter(job, people.at(-1) ?? 0)
    const text = 'missed by those who were away '.repeat(9)
    for (let i = 0; i < each; i += 1) {
      await writer.ask('message.send', { conversationId: id, id: messageId(), body: { kind: 'plain', text } })
    }
    writer.close()
  })
}

/** The job with only the people of the other rooms, who stay connected. */
const othersOf = (job: Job, rooms: number): Job => {
  const first = rooms * size
  const conversations = job.crowd.conversations
    .slice(rooms)
    .map(({ id, people }) => ({ id, people: people.map((person) => person - first) }))
  return { ...job, crowd: { members: job.crowd.members.slice(first), conversations } }
}

export const wave: Scenario = {
  name: 'wave',
  summary:
    '5,016 clients in 264 rooms: the server is killed and started, 10,000 messages are written that they miss, then all of them come back at once.',
  targets: ['parley'],
  crowd: ({ rooms = 0 }) => beside(roomsOf(rooms, size), roomsOf(others.rooms, others.size)),
  numbers: { rooms: 264, missed: 10_000, rate: 50 },
  defaults: { rounds: 3 },
  smoke: { rounds: 1, numbers: { rooms: 20, missed: 400 } },
  figures: {
    syncedAll: { title: 'until the last client is synced', unit: 's' },
    syncedP50: { title: 'until a client is synced, p50', unit: 's' },
    syncedP99: { title: 'until a client is synced, p99', unit: 's' },
    ready: { title: 'from the kill until the server listens again', unit: 's' },
    othersP99: { title: 'sends of others meanwhile, acknowledged p99', unit: 'ms' },
    othersMax: { title: 'sends of others meanwhile, longest', unit: 'ms' },
    clients: { title: 'clients that came back', unit: '' },
    missed: { title: 'messages that a client had missed', unit: '' },
    refusals: { title: 'refusals that said when to come again', unit: '' },
    faults: { title: 'failures of the server (5xx)', unit: '' },
    losses: { title: 'connections lost or unanswered', unit: '' },
    memoryMost: { title: 'server memory, most', unit: 'MiB' },
    ...serverFigureTexts,
  },
  bars: [
    { figure: 'syncedAll', atMost: 20 },
    { figure: 'faults', atMost: 0 },
    { figure: 'othersP99', atMost: 500 },
  ],
  async load(job: Job, control: Control): Promise<Figures> {
    const { rooms = 1, missed = 1, rate = 1 } = job.settings.numbers
    const groups = job.crowd.conversations.slice(0, rooms)
    const devices = groups.flatMap(({ people }) => people.slice(0, -1).map((person) => new Returning(person)))
    await eachOf(devices, 50, (device) => device.arrive(job))

    const killed = performance.now()
    const now: Job = { ...job, ...(await control.restart()) }
    const ready = performance.now()
    const each = Math.ceil(missed / rooms)
    await writeMissed(now, groups, each)

    const traffic = new Traffic(othersOf(now, rooms))
    await traffic.enter()
    const send = (dueMs: number, i: number) => traffic.send((i % others.rooms) * others.size, i % others.rooms, dueMs)
    const synced = new Latency()
    const waves: Waves = { refusals: 0, faults: 0, losses: 0 }
    const memory = new MemoryLog(now.pids)
    const from = performance.now()
    const returning = Promise.all(
      devices.map(async (device) => {
        const count = await device.comeBack(now, waves)
        if (count !== each) throw new Error(`A client synced ${count} messages of the ${each} it had missed.`)
        synced.record(from, performance.now())
      }),
    )
    let over = false
    void returning.finally(() => {
      over = true
    })
    const sending = pace(rate, longestSeconds, send, () => over)
    const measured = await traffic.measure(Promise.all([returning, sending]))
    memory.stop()
    const acknowledgement = traffic.acknowledgement.percentiles()
    await traffic.drain()
    traffic.leave()
    for (const device of devices) device.leave()
    const { p50, p99, max } = synced.percentiles()
    return {
      syncedAll: max / 1_000,
      syncedP50: p50 / 1_000,
      syncedP99: p99 / 1_000,
      ready: (ready - killed) / 1_000,
      othersP99: acknowledgement.p99,
      othersMax: acknowledgement.max,
      clients: devices.length,
      missed: each,
      ...waves,
      memoryMost: memory.most(),
      ...serverFigures(measured),
    }
  },
}
