import type { Message } from '@parley/protocol'
import { onTestFinished } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { Cache } from '../cache/cache.ts'
import type { CacheSignals } from '../cache/cache-signals.ts'
import { ChatError } from '../chat-error.ts'
import type { ChatState } from '../chat-state.ts'
import { createEmitter } from '../emitter.ts'
import { systemEnvironment } from '../environment.ts'
import { features } from '../features.ts'
import { Outbox } from '../outbox/outbox.ts'
import type { OutboxEntry, OutboxStorage } from '../outbox/outbox-storage.ts'
import { ModelServer, userOf } from './model-server.ts'

/** Resolves in a later turn of the event loop, after all settled promises. */
export const turn = () => new Promise((resolve) => setImmediate(resolve))
/** The scope that `go` opens. */
export const scope = 'a server, a user'

interface Sending {
  id: string
  conversationId: string
  acknowledge(): Promise<void>
  refuse(code: ChatError['code'], retryAfterMs?: number): Promise<void>
}

/** A state with one conversation. */
function stateWithConversation() {
  const model = new ModelServer()
  const account = { rev: 1, user: userOf('me'), memberships: [model.mine()], summaries: [model.summary()] }
  const cache = new Cache(features)
  return createStore<ChatState>(() => cache.resetAccount(cache.emptyState, account, 'e'))
}

type OutboxContext = ConstructorParameters<typeof Outbox>[0]

/** A `call` whose requests the test answers through `sendings`. */
function callInto(sendings: Sending[]): OutboxContext['call'] {
  let seq = 0
  return (name, input) =>
    new Promise((answer, fail) => {
      const { conversationId, messageId, ...entry } = input as OutboxEntry & { messageId?: string }
      const id = messageId ?? entry.id
      const leave = async (finish: () => void) => {
        sendings.splice(sendings.indexOf(sending), 1)
        finish()
        await turn()
      }
      const sending: Sending = {
        id: name === 'message.get' ? `look up ${id}` : id,
        conversationId,
        acknowledge: () => leave(() => (answer as (data: unknown) => void)({ message: messageOf(id, ++seq) })),
        refuse: (code, retryAfterMs) => leave(() => fail(new ChatError(code, code, { requestId: 'r', retryAfterMs }))),
      }
      sendings.push(sending)
    })
}

/** An outbox whose requests and timers the test controls. */
export function outboxOn(storage: OutboxStorage) {
  const store = stateWithConversation()
  const sendings: Sending[] = []
  const waits: { ms: number; run: () => void }[] = []
  const after = (ms: number, run: () => void) => {
    waits.push({ ms, run })
    return () => {}
  }
  const environment = { ...systemEnvironment, clock: { now: () => 0, after } }
  const signals = createEmitter<CacheSignals>(undefined)
  const outbox = new Outbox({ store, signals, logger: undefined, environment, call: callInto(sendings) }, storage)
  const arrive = (...messages: Message[]) => signals.emit('changed', { conversationId: 'c1', rev: 1, messages })
  onTestFinished(() => outbox.close())
  const add = (id: string, conversationId = 'c1') => outbox.add(entryOf(id, conversationId))
  const pending = () => store.getState().conversations.c1?.pending.map(({ id, status }) => `${id} ${status}`)
  const ids = () => sendings.map((sending) => sending.id)
  const only = () => {
    const [sending, ...others] = sendings
    if (!sending || others.length > 0) throw new Error(`one is on its way, not ${ids()}`)
    return sending
  }
  const go = async () => {
    await outbox.open(scope)
    outbox.setOnline(true)
    await turn()
  }
  return { outbox, add, pending, ids, only, go, sendings, waits, store, arrive }
}

const entryOf = (id: string, conversationId: string): OutboxEntry => ({
  id,
  conversationId,
  type: 'text',
  body: { kind: 'plain', text: id },
  createdAt: 0,
})

/** The stored message that the server would make of the entry with this id, in the conversation `c1`. */
export const messageOf = (id: string, seq: number): Message => ({
  ...entryOf(id, 'c1'),
  seq,
  rev: seq + 10,
  senderId: 'me',
  editedAt: null,
  deletedAt: null,
})
