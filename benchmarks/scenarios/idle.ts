import { setTimeout as wait } from 'node:timers/promises'
import { roomsOf } from '../crowds.ts'
import { Caller } from '../generator/caller.ts'
import { MemoryLog } from '../measure/memory-log.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import { openWindow } from '../measure/window.ts'
import type { Control, Figures, Job, Scenario } from '../scenario.ts'
import { eachOf } from '../targets/rest-caller.ts'

const atOnce = 50
const mebibyte = 2 ** 20

/** Connects, syncs and watches the presence of the room's members, as the SDK does at its start. */
const arrive = async (job: Job, member: number): Promise<Caller> => {
  const caller = await Caller.enter(job, member)
  const { data } = await caller.ask('sync.run', {})
  const conversationId = data.account.summaries[0]?.conversation.id ?? ''
  const { data: list } = await caller.ask('membership.list', { conversationId, limit: 100 })
  const userIds = list.memberships.map(({ userId }) => userId)
  const { presences } = (await caller.ask('presence.watch', { userIds })).data
  if (presences.length !== userIds.length) throw new Error(`${presences.length} of ${userIds.length} were shown.`)
  return caller
}

const arriveAll = async (job: Job, count: number): Promise<Caller[]> => {
  const callers: Caller[] = []
  const members = Array.from({ length: count }, (_, member) => member)
  await eachOf(members, atOnce, async (member) => void callers.push(await arrive(job, member)))
  return callers
}

/** Waits until the server has released what it no longer needs, and reads its memory. */
const settled = async (job: Job, control: Control) => {
  await wait(job.settings.seconds * 1_000)
  const memory = new MemoryLog(job.pids)
  memory.stop()
  const [probe] = await control.probe()
  return {
    rss: memory.at(1),
    heap: (probe?.heapUsedBytes ?? 0) / mebibyte,
    external: (probe?.externalBytes ?? 0) / mebibyte,
  }
}

export const idle: Scenario = {
  name: 'idle',
  summary: '10,000 connected people who do nothing, each in a room of 20 whose members they watch.',
  targets: ['parley'],
  crowd: ({ connections = 0 }) => roomsOf(Math.ceil(connections / 20), 20),
  numbers: { connections: 10_000 },
  // Longer than the interval of the server's heartbeats, 30 s.
  defaults: { rounds: 1, seconds: 40 },
  smoke: { seconds: 2, numbers: { connections: 500 } },
  figures: {
    total: { title: 'server memory with all connections', unit: 'MiB' },
    each: { title: 'server memory per connection', unit: 'KiB' },
    before: { title: 'server memory before, after a first 200 came and went', unit: 'MiB' },
    heapEach: { title: 'JavaScript heap per connection, uncollected garbage included', unit: 'KiB' },
    externalEach: { title: 'buffers per connection', unit: 'KiB' },
    connectsPerSecond: { title: 'connects, each with sync, members and presence', unit: '1/s' },
    idleCpu: { title: 'server busy while nobody does anything', unit: '% of a core' },
    ...serverFigureTexts,
  },
  bars: [
    { figure: 'total', atMost: 429 },
    { figure: 'each', atMost: 30 },
  ],
  async load(job: Job, control: Control): Promise<Figures> {
    const { connections = 1 } = job.settings.numbers
    for (const caller of await arriveAll(job, Math.min(200, connections))) caller.close()
    const before = await settled(job, control)
    const close = openWindow(job)
    const callers = await arriveAll(job, connections)
    const arriving = close()
    const closeIdle = openWindow(job)
    const full = await settled(job, control)
    const usage = closeIdle()
    for (const caller of callers) caller.close()
    const each = (kind: keyof typeof full) => ((full[kind] - before[kind]) * 1_024) / connections
    const figures = serverFigures(usage)
    return {
      total: full.rss,
      each: each('rss'),
      before: before.rss,
      heapEach: each('heap'),
      externalEach: each('external'),
      connectsPerSecond: connections / arriving.seconds,
      idleCpu: figures.serverCpu ?? Number.NaN,
      ...figures,
    }
  },
}
