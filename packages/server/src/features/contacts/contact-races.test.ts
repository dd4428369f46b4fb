import { expect, test } from 'vitest'
import { newId, type Person, plain, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'

/*
 * Each race a thousand times, many of them at once, so that they meet in the same transactions: one row, one truth.
 */

const races = 1_000
const atOnce = 100

const { server, ana, bo } = serverWithPeople(['ana', 'bo'], { sharedDatabase: true })

/** Runs the rounds, a hundred at a time. */
async function run<T>(round: (at: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let from = 0; from < races; from += atOnce) {
    results.push(...(await Promise.all(Array.from({ length: atOnce }, (_, at) => round(from + at)))))
  }
  return results
}

/** In turn the one or the other is the first, and whoever is later begins a turn of the event loop later, or not. */
const both = async <T>(at: number, one: () => Promise<T>, other: () => Promise<T>): Promise<[T, T]> => {
  const order = at % 2 === 0 ? [one, other] : [other, one]
  const first = (order[0] as typeof one)()
  if (at % 3 === 0) await Promise.resolve()
  const [a, b] = await Promise.all([first, (order[1] as typeof one)()])
  return at % 2 === 0 ? [a, b] : [b, a]
}

/** People who have no sockets of their own: the two of each round, and what they ask goes over REST. */
const stateBetween = async (one: Person, other: Person) => {
  const { write, close } = await openTestDatabase(server.dataDir)
  const rows = await write
    .selectFrom('contacts')
    .select(['user_id', 'state'])
    .where('user_id', 'in', [one.id, other.id])
    .where('other_id', 'in', [one.id, other.id])
    .execute()
  await close()
  return rows
}

test('requests that cross make two people contacts, once', async () => {
  let accepted = 0
  for (let at = 0; at < races; at++) {
    const [hers, his] = await both(
      at,
      async () => (await ana.ask('contact.request', { userId: bo.id })).contact.state,
      async () => (await bo.ask('contact.request', { userId: ana.id })).contact.state,
    )
    // The one that came first was told that it is open, the other that it is agreed.
    expect([hers, his].sort()).toEqual(['accepted', 'requested'])
    accepted++
    await ana.ask('contact.remove', { userId: bo.id })
  }
  expect(accepted).toBe(races)
  await settled(ana, bo)
  for (const [person, other] of [
    [ana, bo],
    [bo, ana],
  ] as const) {
    const states = person.all('account.updated').flatMap(({ contacts = [] }) => contacts.map(({ state }) => state))
    expect(states.filter((state) => state === 'accepted')).toHaveLength(races)
    expect(states.filter((state) => state === 'ended')).toHaveLength(races)
    expect(
      person.all('account.updated').every(({ contacts = [] }) => contacts.every((c) => c.userId === other.id)),
    ).toBe(true)
  }
  expect((await stateBetween(ana, bo)).map(({ state }) => state)).toEqual(['ended', 'ended'])
})

test('two people who open the same conversation at once are in one', async () => {
  const opened = await run((at) => {
    const context = `race-${at}`
    const open = (me: Person, other: Person) => async () =>
      (await me.ask('conversation.openDirect', { userId: other.id, context })).summary.conversation.id
    return both(at, open(ana, bo), open(bo, ana))
  })
  expect(opened.every(([hers, his]) => hers === his)).toBe(true)
  expect(new Set(opened.map(([id]) => id)).size).toBe(races)
})

test('what is sent while a block begins is answered and arrives before the block is acknowledged, or not at all', async () => {
  const conversations = await run(async (at) => {
    const about = { userId: bo.id, context: `block-${at % 10}` }
    return (await ana.ask('conversation.openDirect', about)).summary.conversation.id
  })
  const acknowledged: string[] = []
  const heardAtBlock: number[] = []
  const isOurs = ({ messages = [] }: { messages?: { senderId: string }[] }) =>
    messages.some(({ senderId }) => senderId === bo.id)
  const heard = () => ana.all('message.created').filter(isOurs).length
  for (let from = 0; from < races; from += atOnce) {
    const sending = conversations.slice(from, from + atOnce).map(async (conversationId) => {
      const id = newId()
      const reply = await bo.reply('message.send', { conversationId, id, body: plain('race') })
      if (reply.ok) acknowledged.push(id)
      else expect(reply.error.code).toBe('no_contact')
    })
    // Somewhere among them.
    const turns = (from / atOnce) % 5
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    await ana.ask('block.add', { userId: bo.id })
    heardAtBlock.push(heard())
    await Promise.all(sending)
    const late = await bo.reply('message.send', {
      conversationId: conversations[from],
      id: newId(),
      body: plain('late'),
    })
    expect(late.ok).toBe(false)
    await settled(ana, bo)
    // Nothing reached the one who blocks after their block was acknowledged, and what did is what was acknowledged.
    expect(heard()).toBe(heardAtBlock.at(-1))
    expect(heard()).toBe(acknowledged.length)
    await ana.ask('block.remove', { userId: bo.id })
  }
  const ids = ana.all('message.created').flatMap(({ messages = [] }) => messages.map(({ id }) => id))
  expect(new Set(ids)).toEqual(new Set(acknowledged))
  const { write, close } = await openTestDatabase(server.dataDir)
  const stored = await write.selectFrom('messages').select('id').where('sender_id', '=', bo.id).execute()
  await close()
  expect(new Set(stored.map(({ id }) => id))).toEqual(new Set(acknowledged))
})
