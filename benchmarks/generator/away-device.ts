import { parentPort, workerData } from 'node:worker_threads'
import { createStore } from 'zustand/vanilla'
import { emptyState } from '../../packages/client/src/cache.ts'
import type { CacheSignals } from '../../packages/client/src/cache-signals.ts'
import type { Chat } from '../../packages/client/src/chat.ts'
import type { ChatState } from '../../packages/client/src/chat-state.ts'
import { createEmitter } from '../../packages/client/src/emitter.ts'
import { Sync } from '../../packages/client/src/sync.ts'
import type { Job } from '../scenario.ts'
import { Caller } from './caller.ts'

/*
 * A device with the SDK's own sync and state, in a thread of its own: what it computes must not make the sends of others
 * look slow. It is asked to `arrive` and to `return`; before each return it forgets what it learned since it arrived.
 */

/** What one return took. */
export interface Return {
  ms: number
  pieces: number
  answerBytes: number
  longestPieceMs: number
}

const { job, member } = workerData as { job: Job; member: number }
let ports = job.ports
const store = createStore<ChatState>(() => emptyState)
let caller: Caller
let taken: Return = { ms: 0, pieces: 0, answerBytes: 0, longestPieceMs: 0 }

const call = (async (name: 'sync.run', input: object) => {
  const { data, ms } = await caller.ask(name, input)
  taken.pieces += 1
  taken.answerBytes += JSON.stringify(data).length
  taken.longestPieceMs = Math.max(taken.longestPieceMs, ms)
  return data
}) as Chat['call']

async function sync(): Promise<Return> {
  caller = await Caller.enter({ ...job, ports }, member)
  taken = { ms: 0, pieces: 0, answerBytes: 0, longestPieceMs: 0 }
  const signals = createEmitter<CacheSignals>(undefined)
  const from = performance.now()
  await new Sync({ store, call, signals, logger: undefined }, { tell: () => {}, silent: () => {} }).run()
  taken.ms = performance.now() - from
  const { data } = await caller.ask('conversation.list', { limit: 1_000 })
  const { conversations } = store.getState()
  const isBehind = data.summaries.some(({ conversation, rev }) => conversations[conversation.id]?.rev !== rev)
  if (isBehind) throw new Error('The device has not converged.')
  caller.close()
  return taken
}

let held = emptyState
parentPort?.on('message', async (asked: { ports: number[] } | 'arrive') => {
  if (asked !== 'arrive') ports = asked.ports
  store.setState(held, true)
  const answer = await sync()
  if (asked === 'arrive') held = store.getState()
  parentPort?.postMessage(answer)
})
