import { Caller } from '../generator/caller.ts'
import { Latency } from '../measure/latency.ts'
import { serverFigures, serverFigureTexts } from '../measure/server-figures.ts'
import { openWindow } from '../measure/window.ts'
import type { Bar, Control, Figures, FigureText, Job, Scenario } from '../scenario.ts'

const sizes = [10_000, 100_000, 1_000_000, 10_000_000]
const stale = { conversations: 50, missed: 20 }

const costs = {
  open: { title: 'open a conversation (latest page and members)', atMost: 20 },
  list: { title: 'list of 1,000 conversations', atMost: 25, holdAtMost: 10 },
  sync: { title: 'sync of 50 stale conversations', atMost: 50 },
  first: { title: 'first sync of a new device', atMost: 100 },
} as const
type Cost = keyof typeof costs

/** What an act took, in milliseconds, and for how long at most it held the event loop of the server. */
interface Measured {
  p50: number
  p95: number
  hold: number
}

const names = Object.keys(costs) as Cost[]

const figures: Record<string, FigureText> = {}
const rows: Record<string, string> = {}
const bars: Bar[] = []
for (const name of names) {
  const { title, atMost, holdAtMost }: { title: string; atMost: number; holdAtMost?: number } = costs[name]
  rows[`${name}-p50-`] = `${title}, p50 in ms`
  rows[`${name}-p95-`] = `${title}, p95 in ms`
  rows[`${name}-hold-`] = `${title}, longest hold of the event loop in ms`
  figures[`${name}-growth`] = { title: `${title}: growth of the p50, least to most`, unit: '× log(messages)' }
  for (const size of sizes) {
    bars.push({ figure: `${name}-p95-${size}`, title: `${title}, p95, ${size} messages`, atMost })
    if (holdAtMost === undefined) continue
    const held = `${title}, longest hold of the event loop, ${size} messages`
    bars.push({ figure: `${name}-hold-${size}`, title: held, atMost: holdAtMost })
  }
  bars.push({ figure: `${name}-growth`, atMost: 1 })
}
const columns = Object.fromEntries(sizes.map((size) => [size, `${size.toLocaleString('en-US')} messages`]))

/** Syncs a new device until it has everything. */
const firstSync = async (caller: Caller) => {
  let { data } = await caller.ask('sync.run', {})
  const { summaries } = data.account
  while (data.hasMore) {
    data = (await caller.ask('sync.run', { epoch: data.epoch, rev: data.account.rev })).data
    summaries.push(...data.account.summaries)
  }
  return { data, summaries }
}

/** Measures the acts of the reader, each repeated, and done as in the SDK. */
const measure = async (job: Job, control: Control): Promise<Record<Cost, Measured>> => {
  const { times = 1 } = job.settings.numbers
  const caller = await Caller.enter(job, 0)
  const { data, summaries } = await firstSync(caller)
  const held = summaries.sort((a, b) => b.lastSeq - a.lastSeq)
  const positions = held
    .slice(1, stale.conversations + 1)
    .map(({ conversation, rev }) => ({ conversationId: conversation.id, rev: Math.max(0, rev - stale.missed) }))
  const acts: Record<Cost, (i: number) => Promise<number>> = {
    open: async (i) => {
      // The largest conversation every tenth time, else the others in turn.
      const conversationId = held[i % 10 === 0 ? 0 : (i * 7) % held.length]?.conversation.id ?? ''
      const from = performance.now()
      const [page] = await Promise.all([
        caller.ask('message.page', { conversationId, limit: 50 }),
        caller.ask('membership.list', { conversationId, limit: 100 }),
      ])
      if (page.data.messages.length === 0) throw new Error('An empty conversation was opened.')
      return performance.now() - from
    },
    list: async () => {
      const { data: listed, ms } = await caller.ask('conversation.list', { limit: 1_000 })
      if (listed.summaries.length !== 1_000) throw new Error(`${listed.summaries.length} conversations were listed.`)
      return ms
    },
    sync: async () => {
      const from = performance.now()
      // In pieces: each answer has the changes of the first conversations, as many as fit.
      for (let left = positions, hasMore = true; hasMore; ) {
        const { data: missed } = await caller.ask('sync.run', {
          epoch: data.epoch,
          rev: data.account.rev,
          positions: left,
        })
        const synced = new Set(missed.changes.map(({ conversationId }) => conversationId))
        left = left.filter(({ conversationId }) => !synced.has(conversationId))
        hasMore = missed.hasMore
        if (!hasMore && left.length > 0) throw new Error(`${left.length} conversations were not synced.`)
      }
      return performance.now() - from
    },
    first: async () => {
      const from = performance.now()
      await firstSync(caller)
      return performance.now() - from
    },
  }
  const repeat = async (name: Cost): Promise<Measured> => {
    const count = name === 'open' ? times * 5 : times
    for (let i = 0; i < count / 10; i += 1) await acts[name](i)
    const latency = new Latency()
    await control.probe()
    for (let i = 0; i < count; i += 1) latency.record(0, await acts[name](i))
    const hold = Math.max(...(await control.probe()).map(({ longestHold }) => longestHold))
    return { ...latency.percentiles(), hold }
  }
  const measured: Partial<Record<Cost, Measured>> = {}
  for (const name of names) measured[name] = await repeat(name)
  caller.close()
  return measured as Record<Cost, Measured>
}

export const history: Scenario = {
  name: 'history',
  summary:
    'A database of 10^4, 10^5, 10^6 and 10^7 messages in up to 100,000 conversations, one of which has a tenth of them all; one person in 1,000 conversations reads.',
  targets: ['parley'],
  crowd: () => ({ people: 0, conversations: [] }),
  numbers: { messages: 10_000_000, times: 200 },
  defaults: { rounds: 1 },
  smoke: { numbers: { messages: 100_000, times: 20 } },
  figures: { ...figures, ...serverFigureTexts },
  grid: { rows, columns },
  bars,
  async load(job: Job, control: Control): Promise<Figures> {
    const { messages = 0 } = job.settings.numbers
    const made = sizes.filter((size) => size <= messages)
    const found: Figures = {}
    let close = openWindow(job)
    for (const size of made) {
      const now = { ...job, ...(await control.fill(size)) }
      close = openWindow(now)
      const measured = await measure(now, control)
      for (const name of names) {
        found[`${name}-p50-${size}`] = measured[name].p50
        found[`${name}-p95-${size}`] = measured[name].p95
        found[`${name}-hold-${size}`] = measured[name].hold
      }
    }
    const [least = 1, most = 1] = [made[0], made.at(-1)]
    for (const name of names) {
      const growth = (found[`${name}-p50-${most}`] ?? 0) / (found[`${name}-p50-${least}`] ?? 1)
      found[`${name}-growth`] = growth / (Math.log(most) / Math.log(least))
    }
    return { ...found, ...serverFigures(close()) }
  },
}
