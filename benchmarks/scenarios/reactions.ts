import { Caller } from '../generator/caller.ts'
import { Latency } from '../measure/latency.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import { openWindow } from '../measure/window.ts'
import type { Figures, FigureText, Job, Scenario } from '../scenario.ts'
import { call, eachOf } from '../targets/rest-caller.ts'

const sizes = [10, 1_000, 10_000]
const atOnce = 8
const emoji = '👍'
const messageId = '01970000-0000-7000-8000-0000000000aa'

const figures: Record<string, FigureText> = {}
for (const size of sizes) {
  const after = `after ${size.toLocaleString('en-US')} reactions`
  figures[`p50-${size}`] = { title: `add or remove ${after}, p50`, unit: 'ms' }
  figures[`cpu-${size}`] = { title: `server CPU of an add or remove ${after}`, unit: 'µs' }
}

/** One member removes and adds a reaction again and again, one call after the other; another member gets the events. */
async function measure(job: Job, caller: Caller, times: number): Promise<{ p50: number; cpu: number }> {
  const latency = new Latency()
  const target = { messageId, emoji }
  const turn = async () => {
    const removed = await caller.ask('reaction.remove', target)
    const added = await caller.ask('reaction.add', target)
    return [removed.ms, added.ms]
  }
  for (let i = 0; i < times / 10; i += 1) await turn()
  const close = openWindow(job)
  for (let i = 0; i < times; i += 1) for (const ms of await turn()) latency.record(0, ms)
  const { serverCpuMs } = close()
  return { p50: latency.percentiles().p50, cpu: (serverCpuMs * 1_000) / (times * 2) }
}

export const reactions: Scenario = {
  name: 'reactions',
  summary:
    'One message in a room of 10,000: its members react to it, one after the other; after 10, 1,000 and 10,000 of them one takes the reaction back and adds it again.',
  targets: ['parley', 'parley-postgres'],
  crowd: ({ people = 0 }) => ({
    people,
    conversations: [{ kind: 'room', people: Array.from({ length: people }, (_, person) => person) }],
  }),
  numbers: { people: 10_000, times: 1_000 },
  defaults: { rounds: 1 },
  smoke: { numbers: { people: 100, times: 20 } },
  figures: {
    ...figures,
    growth: { title: 'server CPU of an add or remove, most reactions ÷ fewest', unit: '' },
    ...serverFigureTexts,
  },
  bars: [{ figure: 'growth', atMost: 1.25 }],
  async load(job: Job): Promise<Figures> {
    const { people = 0, times = 1 } = job.settings.numbers
    const [writer, hearer] = [await Caller.enter(job, 0), await Caller.enter(job, 1)]
    const conversationId = job.crowd.conversations[0]?.id ?? ''
    await writer.ask('message.send', {
      conversationId,
      id: messageId,
      type: 'text',
      body: { kind: 'plain', text: 'Hello' },
    })
    const close = openWindow(job)
    const found: Figures = {}
    const made = sizes.filter((size) => size <= people)
    let reacted = 0
    for (const size of made) {
      await eachOf(job.crowd.members.slice(reacted, size), atOnce, async ({ token }) => {
        await call(job.ports[0] ?? 0, 'reaction.add', { messageId, emoji }, token)
      })
      reacted = size
      const { p50, cpu } = await measure(job, writer, times)
      found[`p50-${size}`] = p50
      found[`cpu-${size}`] = cpu
    }
    found.growth = (found[`cpu-${made.at(-1)}`] ?? 0) / (found[`cpu-${made[0]}`] ?? 1)
    for (const caller of [writer, hearer]) caller.close()
    return { ...found, ...serverFigures(close()) }
  },
}
