import { patience } from '@parley/server/testing/patience'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Chat } from './chat.ts'
import type { ConversationState } from './chat-state.ts'
import { chatOf, held, idOf, seen, testServer, type Wire, wireTo } from './testing/test-chat.ts'

interface Person {
  chat: Chat
  wire: Wire
  name: string
}

interface Scene {
  id: string
  owner: Person
  people: Person[]
  /** All operations and messages that were begun. Each ends, with a success or a failure. */
  begun: Promise<unknown>[]
}

const holds = (person: Person, id: string): ConversationState | undefined =>
  person.chat.store.getState().conversations[id]

const ignore = () => {}

/** A loaded message of this person, chosen by `n`; undefined if there is none. */
const someMessage = (person: Person, id: string, n: number) => {
  const messages = holds(person, id)?.messages ?? []
  return messages[n % Math.max(1, messages.length)]
}

/** All steps that change durable data, and all that can happen to a device. */
const deeds: ((scene: Scene, person: Person, n: number) => unknown)[] = [
  ({ id, begun }, { chat, name }, n) => begun.push(chat.messages.send(id, `${name} ${n}`).settled),
  ({ id, begun }, { chat, name }, n) => {
    for (let i = 0; i < 5; i++) begun.push(chat.messages.send(id, `${name} ${n} ${i}`).settled)
  },
  ({ id }, person, n) => person.chat.messages.edit(someMessage(person, id, n)?.id ?? 'none', `edited ${n}`),
  ({ id }, person, n) => person.chat.messages.delete(someMessage(person, id, n)?.id ?? 'none'),
  ({ id, owner }, { chat }, n) => owner.chat.memberships.setRole(id, idOf(chat), n % 2 ? 'moderator' : 'member'),
  ({ id, owner }, { chat }) => owner.chat.memberships.remove(id, idOf(chat)),
  ({ id, owner }, { chat }) => owner.chat.memberships.add(id, [idOf(chat)]),
  ({ id, owner }, { chat }) => owner.chat.memberships.invite(id, [idOf(chat)]),
  ({ id }, { chat }) => chat.memberships.join(id),
  ({ id }, { chat }) => chat.memberships.leave(id),
  ({ id, owner }, _, n) => owner.chat.conversations.update(id, { topic: `topic ${n}` }),
  (_, { wire }) => wire.cut(),
  (_, { wire }) => wire.down(),
  (_, { wire }) => wire.up(),
  ({ id }, { chat }) => chat.messages.loadLatest(id, { limit: 4 }),
  ({ id }, { chat }) => chat.messages.loadOlder(id, { limit: 4 }),
  ({ id }, { chat }) => chat.messages.loadNewer(id, { limit: 4 }),
  ({ id }, { chat }, n) => chat.messages.loadAround(id, 1 + (n % 20), { limit: 4 }),
  ({ id }, { chat }) => chat.memberships.loadAll(id),
  ({ id }, person, n) => person.chat.receipts.markRead(id, n % (1 + (holds(person, id)?.lastSeq ?? 0))),
]

/** Waits until all devices are connected, all begun operations have ended, and all counts are known. */
async function rest({ people, begun }: Scene): Promise<void> {
  for (const { wire } of people) wire.up()
  for (const { chat } of people) await seen(chat, 'being online', ({ status }) => status === 'online')
  await Promise.allSettled(begun)
  for (const { chat } of people) await chat.sync()
  for (const { chat } of people) {
    await seen(chat, 'a known count', ({ conversations }) => Object.values(conversations).every((c) => !c.recount))
  }
}

const standing = (state: ConversationState) =>
  Object.values(state.memberships)
    .filter((row) => row.state === 'active' || row.state === 'invited')
    .map(({ userId, role, state: now, rev }) => `${userId} ${role} ${now} ${rev}`)
    .sort()

/** Expects that a device has the same data as a new device of the same person would load. */
async function expectFresh(person: Person, fresh: Chat, id: string): Promise<void> {
  const now = fresh.store.getState().conversations[id]
  const old = holds(person, id)
  expect(old?.memberships[idOf(fresh)]?.state, person.name).toBe(now?.memberships[idOf(fresh)]?.state)
  // An invited user gets no changes: their data is from the moment of the invitation.
  if (!old || !now || now.memberships[idOf(fresh)]?.state !== 'active') return
  const { conversation, rev, lastSeq, lastMessage } = now
  expect(old, person.name).toMatchObject({ conversation, rev, lastSeq, lastMessage })
  const [first, last] = [old.messages[0], old.messages.at(-1)]
  if (old.messagesLoaded) expect(old.hasAfter, person.name).toBe((last?.seq ?? 0) < lastSeq)
  await fresh.messages.loadLatest(id, { limit: 100 })
  expect(old.messages, person.name).toEqual(
    held(fresh, id).messages.filter(({ seq }) => first && last && seq >= first.seq && seq <= last.seq),
  )
  // A read position may not have reached the server and the new device yet.
  await seen(fresh, `${old.unread} unread`, () => held(fresh, id).unread === old.unread)
  await fresh.memberships.loadAll(id)
  if (old.membershipsLoaded) expect(standing(old), person.name).toEqual(standing(held(fresh, id)))
}

test('old state and what happened since is fresh state, whatever happens to people, messages and lines', async () => {
  const server = await testServer()
  const accounts = await Promise.all(['ana', 'bob', 'kim'].map((name) => server.register(name)))
  const people: Person[] = []
  for (const account of accounts) {
    const wire = await wireTo(server)
    const chat = chatOf(wire.url, account, { timeoutMs: patience.waitMs })
    await chat.connect()
    people.push({ chat, wire, name: account.user.username })
  }
  const [owner] = people as [Person]
  const step = fc.tuple(fc.nat(deeds.length - 1), fc.nat(people.length - 1), fc.nat(1_000), fc.boolean())
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
      const userIds = people.slice(1).map(({ chat }) => idOf(chat))
      const { id } = await owner.chat.conversations.create({ name: 'Arena', userIds })
      const scene: Scene = { id, owner, people, begun: [] }
      for (const [deed, who, n, isAwaited] of steps) {
        const person = people[who] ?? owner
        // Does not wait for the answer, which a dead line cannot deliver: a device notices later that its line is dead.
        const done = Promise.resolve(deeds[deed]?.(scene, person, n)).catch(ignore)
        scene.begun.push(done)
        const areReached = people.every(({ chat, wire }) => wire.isUp() && chat.store.getState().status === 'online')
        if (isAwaited && areReached) await done
      }
      await rest(scene)
      for (const [index, person] of people.entries()) {
        const account = accounts[index]
        if (!account) continue
        const fresh = chatOf(server.url, account)
        await fresh.connect()
        // An operation on a line that was cut may take effect after the client reported its failure.
        await person.chat.sync()
        await expectFresh(person, fresh, id)
        await fresh.close()
      }
    }),
    { numRuns: 10, endOnFailure: true },
  )
})
