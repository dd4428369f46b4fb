import 'fake-indexeddb/auto'
import { resolveObjectURL } from 'node:buffer'
import { getEventListeners } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { Cache } from '../cache/cache.ts'
import type { CacheSignals } from '../cache/cache-signals.ts'
import type { Chat } from '../chat.ts'
import { createChatOver } from '../chat-client.ts'
import type { ChatState } from '../chat-state.ts'
import type { ClientContext } from '../client-context.ts'
import { createRequests } from '../connection/requests.ts'
import type { OpenLine } from '../connection/socket-line.ts'
import { createEmitter } from '../emitter.ts'
import { systemEnvironment } from '../environment.ts'
import { features } from '../features.ts'
import { memoryOutbox } from '../outbox/outbox-storage.ts'
import { userOf } from '../testing/model-server.ts'
import { uploadStorage } from './upload-storage.ts'
import { Uploads } from './uploads.ts'

const neverOpen: OpenLine = () => new Promise(() => {})

/** A chat without a connection: its uploads wait. */
function chatOffline(): Chat {
  const chat = createChatOver(neverOpen, { url: 'http://nowhere.invalid', storage: memoryOutbox() }, {})
  onTestFinished(() => chat.close())
  return chat
}

const file = () => new Blob(['a file'])

/** The context of a client, and the id of an upload that the browser kept over a reload. */
async function storedUpload() {
  const store = createStore<ChatState>(() => ({ ...new Cache(features).emptyState, me: userOf('me') }))
  const context = {
    store,
    signals: createEmitter<CacheSignals>(undefined),
    requests: createRequests({ url: 'http://nowhere.invalid' }),
    environment: systemEnvironment,
    call: () => new Promise(() => {}),
    logger: undefined,
  } as unknown as ClientContext
  const { id, settled } = new Uploads(context).begin(file())
  settled.catch(() => {})
  const storage = uploadStorage(context.requests.api, Date.now)
  await expect.poll(() => storage.get(id)).toBeDefined()
  store.setState({ uploads: {} })
  return { id, context }
}

test('an upload that is cancelled before its turn ends at once, and gives its turn to the next one', async () => {
  const chat = chatOffline()
  const running = [chat.attachments.upload(file()), chat.attachments.upload(file())]
  const waiting = chat.attachments.upload(file())
  void waiting.cancel()
  await expect(waiting.settled).rejects.toMatchObject({ code: 'cancelled' })
  for (const { settled } of running) settled.catch(() => {})
})

test('one that is cancelled while it waits for the facts of a video ends at once', async () => {
  const chat = chatOffline()
  const upload = chat.attachments.upload(file(), { facts: new Promise(() => {}) })
  void upload.cancel()
  await expect(upload.settled).rejects.toMatchObject({ code: 'cancelled' })
})

test('a signal that outlives its uploads keeps nothing of them', async () => {
  const chat = chatOffline()
  const { signal } = new AbortController()
  const upload = chat.attachments.upload(file(), { signal })
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  void upload.cancel()
  await expect(upload.settled).rejects.toMatchObject({ code: 'cancelled' })
  await expect.poll(() => getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('a person who signs out leaves no picture in the memory of the page', async () => {
  const chat = chatOffline()
  const { id, settled } = chat.attachments.upload(new Blob(['a picture'], { type: 'image/png' }))
  settled.catch(() => {})
  const preview = chat.store.getState().uploads[id]?.previewUrl ?? ''
  expect(resolveObjectURL(preview)).toBeDefined()
  await chat.close({ forget: 'me' })
  expect(resolveObjectURL(preview)).toBeUndefined()
})

test('a stored upload that is cancelled while it is looked up does not start again', async () => {
  const storage = await storedUpload()
  const uploads = new Uploads(storage.context)
  const outcome = uploads.outcomeOf(storage.id)
  void uploads.cancel(storage.id)
  expect(await outcome).toBeUndefined()
  expect(storage.context.store.getState().uploads).toEqual({})
})

test('a stored upload of another person does not start', async () => {
  const storage = await storedUpload()
  storage.context.store.setState({ me: userOf('somebody else') })
  expect(await new Uploads(storage.context).outcomeOf(storage.id)).toBeUndefined()
})
