import { expect, test } from 'vitest'
import type { Clock } from '../environment.ts'
import { chatOf, connectedChat, idOf, seen, testServer } from '../testing/test-chat.ts'

/** A clock that the test advances. */
function handClock() {
  let now = 1_000_000
  const timers = new Set<{ at: number; run: () => void }>()
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  }
  const advance = (ms: number) => {
    now += ms
    for (const timer of [...timers]) {
      if (timer.at > now || !timers.delete(timer)) continue
      timer.run()
    }
  }
  return { clock, advance }
}

async function pair() {
  const server = await testServer({ timing: { typingMs: 3_600_000 } })
  const { clock, advance } = handClock()
  const bob = await connectedChat(server, 'bob')
  const ana = chatOf(server.url, await server.register('ana'), {}, { clock })
  await ana.connect()
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  await seen(bob, 'the conversation', (state) => state.conversations[id])
  return { server, ana, bob, id, advance }
}

test('typing shows to the others, is told at most every 2 s, and ends when it is stopped', async () => {
  const { ana, bob, id, advance } = await pair()
  const notices: boolean[] = []
  bob.on('typing.updated', ({ isTyping }) => notices.push(isTyping))
  const isTyping = () => seen(bob, 'typing', (state) => state.typing[id]?.join() === idOf(ana))
  ana.typing.keystroke(id)
  await isTyping()
  advance(1_999)
  ana.typing.keystroke(id)
  advance(1)
  ana.typing.keystroke(id)
  ana.typing.stop(id)
  ana.typing.stop(id)
  await seen(bob, 'the end', (state) => !state.typing[id])
  await ana.messages.send(id, 'after all of it').settled
  await seen(bob, 'the message', (state) => state.conversations[id]?.lastSeq === 1)
  expect(notices).toEqual([true, true, false])
  expect(ana.store.getState().typing).toEqual({})
})

test('typing ends with the message, and the next word is told again', async () => {
  const { ana, bob, id } = await pair()
  ana.typing.keystroke(id)
  await seen(bob, 'typing', (state) => state.typing[id])
  const states: boolean[] = []
  bob.on('message.created', () => states.push(bob.store.getState().typing[id] !== undefined))
  await ana.messages.send(id, 'done').settled
  await seen(bob, 'the message', (state) => state.conversations[id]?.lastSeq === 1)
  expect(states).toEqual([false])
  ana.typing.keystroke(id)
  await seen(bob, 'typing again', (state) => state.typing[id])
})

test('who deletes or edits an old message goes on typing', async () => {
  const { ana, bob, id } = await pair()
  const [first, second] = [ana.messages.send(id, 'one'), ana.messages.send(id, 'two')]
  await second.settled
  ana.typing.keystroke(id)
  await seen(bob, 'typing', (state) => state.typing[id])
  const states: unknown[] = []
  for (const name of ['message.deleted', 'message.updated'] as const) {
    bob.on(name, () => states.push(bob.store.getState().typing[id]))
  }
  await ana.messages.delete(first.id)
  await ana.messages.edit(second.id, 'zwei')
  await expect.poll(() => states).toEqual([[idOf(ana)], [idOf(ana)]])
})

test('typing whose end is lost ends by itself', async () => {
  const { ana, bob, id, advance } = await pair()
  bob.typing.keystroke(id)
  await seen(ana, 'typing', (state) => state.typing[id])
  advance(5_999)
  expect(ana.store.getState().typing[id]).toEqual([idOf(bob)])
  advance(1)
  expect(ana.store.getState().typing).toEqual({})
})

test('users who are no members hear nothing of it', async () => {
  const { server, ana, bob, id } = await pair()
  const eve = await connectedChat(server, 'eve')
  const heard: unknown[] = []
  eve.on('typing.updated', (payload) => heard.push(payload))
  ana.typing.keystroke(id)
  await seen(bob, 'typing', (state) => state.typing[id])
  const shared = await ana.conversations.openDirect({ userId: idOf(eve) })
  await seen(eve, 'what came after', (state) => state.conversations[shared.id])
  expect(heard).toEqual([])
})
