import { parentPort, workerData } from 'node:worker_threads'
import { Cache } from '../../packages/client/src/cache/cache.ts'
import type { CacheSignals } from '../../packages/client/src/cache/cache-signals.ts'
import type { Chat } from '../../packages/client/src/chat.ts'
import type { ChatState } from '../../packages/client/src/chat-state.ts'
import { createEmitter } from '../../packages/client/src/emitter.ts'
import { systemEnvironment } from '../../packages/client/src/environment.ts'
import { features } from '../../packages/client/src/features.ts'
import { Sync } from '../../packages/client/src/sync/sync.ts'
import type { Job } from '../scenario.ts'
import { Caller } from './caller.ts'

/*
 * A device with the SDK's own sync and state, in a thread of its own, so that its computing does not delay the sends of
 * others. It connects when it gets a message: at `arrive` it stores its state, and before each later sync it goes back
 * to that state.
 */

/** The cost of one sync. */
export interface SyncCost {
  ms: number
  pieces: number
  answerBytes: number
  longestPieceMs: number
}

const { job, member } = workerData as { job: Job; member: number }
let ports = job.ports
const cache = new Cache(features)
let state: ChatState = cache.emptyState
/** The part of the SDK's store that its sync uses. */
const store = {
  getState: () => state,
  setState: (next: Partial<ChatState> | ((before: ChatState) => Partial<ChatState>)) => {
    state = { ...state, ...(typeof next === 'function' ? next(state) : next) }
  },
} as ConstructorParameters<typeof Sync>[0]['store']
let caller: Caller
let taken: SyncCost = { ms: 0, pieces: 0, answerBytes: 0, longestPieceMs: 0 }

const call = (async (name: 'sync.run', input: object) => {
  const { data, ms } = await caller.ask(name, input)
  taken.pieces += 1
  taken.answerBytes += JSON.stringify(data).length
  taken.longestPieceMs = Math.max(taken.longestPieceMs, ms)
  return data
}) as Chat['call']

async function sync(): Promise<SyncCost> {
  caller = await Caller.enter({ ...job, ports }, member)
  taken = { ms: 0, pieces: 0, answerBytes: 0, longestPieceMs: 0 }
  const signals = createEmitter<CacheSignals>(undefined)
  const from = performance.now()
  const context = { store, cache, call, signals, environment: systemEnvironment, logger: undefined }
  await new Sync(context, { tell: () => {}, silent: () => {} }).run()
  taken.ms = performance.now() - from
  caller.close()
  return taken
}

/** Throws unless the device has the present rev of every conversation, which it asks without a sync. */
async function check(): Promise<void> {
  const asking = await Caller.enter({ ...job, ports }, member)
  for (const [conversationId, { rev }] of Object.entries(store.getState().conversations)) {
    const { data } = await asking.ask('conversation.get', { conversationId })
    if (data.summary.rev !== rev) throw new Error('The device has not converged.')
  }
  asking.close()
}

let held = cache.emptyState
parentPort?.on('message', async (asked: 'arrive' | 'check' | { ports: number[] }) => {
  if (asked === 'check') return parentPort?.postMessage(await check())
  if (asked !== 'arrive') ports = asked.ports
  store.setState(held, true)
  const answer = await sync()
  if (asked === 'arrive') held = store.getState()
  parentPort?.postMessage(answer)
})
