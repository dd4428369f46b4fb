import { expect, test } from 'vitest'
import type { Chat } from '../chat.ts'
import { createChatOver } from '../chat-client.ts'
import type { ChatState } from '../chat-state.ts'
import type { OpenLine } from '../connection/socket-line.ts'
import { memoryOutbox } from '../outbox/outbox-storage.ts'

const neverOpen: OpenLine = () => new Promise(() => {})

const chatOffline = (): Chat =>
  createChatOver(neverOpen, { url: 'http://nowhere.invalid', storage: memoryOutbox() }, {})

const uploadBy = (chat: Chat) => chat.attachments.upload(new Blob(['a']))

test('listeners get the states in their order, also where one of them changes the state', async () => {
  const chat = chatOffline()
  let isFirst = true
  chat.store.subscribe(() => {
    if (!isFirst) return
    isFirst = false
    uploadBy(chat)
  })
  const [seen, seenBefore]: [ChatState[], ChatState[]] = [[], []]
  chat.store.subscribe((state, before) => {
    seen.push(state)
    seenBefore.push(before)
  })
  void chat.connect().catch(() => {})
  expect(seen).toHaveLength(2)
  expect(seen.at(-1)).toBe(chat.store.getState())
  expect(seenBefore.at(-1)).toBe(seen[0])
  await chat.close()
})

test('a listener that is registered while listeners are called counts from the next change on', async () => {
  const chat = chatOffline()
  let calls = 0
  const { id } = uploadBy(chat)
  const listenAgain = (): void => {
    stop()
    // Without a limit, a mistake would end this test never.
    if (++calls < 5) stop = chat.store.subscribeTo('uploads', id, listenAgain)
  }
  let stop = chat.store.subscribeTo('uploads', id, listenAgain)
  chat.store.subscribeTo('uploads', id, () => {})
  let stopAll = chat.store.subscribe(() => {})
  let callsForAll = 0
  const listenToAll = (): void => {
    stopAll()
    if (++callsForAll < 5) stopAll = chat.store.subscribe(listenToAll)
  }
  stopAll = chat.store.subscribe(listenToAll)
  void chat.attachments.cancel(id)
  expect([calls, callsForAll]).toEqual([1, 1])
  await chat.close()
})

test('a listener gets no change from before it was registered, also where that is announced later', async () => {
  const chat = chatOffline()
  const seen: ChatState[] = []
  let isFirst = true
  chat.store.subscribe(() => {
    if (!isFirst) return
    isFirst = false
    uploadBy(chat)
    chat.store.subscribe((state) => seen.push(state))
    uploadBy(chat)
  })
  void chat.connect().catch(() => {})
  expect(seen).toEqual([chat.store.getState()])
  await chat.close()
})

test('a logger that throws ends no later change', async () => {
  const fail = () => {
    throw new Error('a mistake of the app')
  }
  const options = { url: 'http://nowhere.invalid', storage: memoryOutbox(), logger: { debug() {}, warn: fail } }
  const chat = createChatOver(neverOpen, options, {})
  const stop = chat.store.subscribe(fail)
  await expect(uploadBy(chat).settled).rejects.toMatchObject({ message: 'a mistake of the app' })
  stop()
  const seen: ChatState[] = []
  chat.store.subscribe((state) => seen.push(state))
  uploadBy(chat)
  expect(seen).toEqual([chat.store.getState()])
  await chat.close()
})
