import type { Payload, SignedIn } from '@parley/protocol'
import type { HostEventName, Parley } from '@parley/server'
import { newId, newName, plain, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { topology } from '@parley/server/testing/topology'
import { describe, expect, onTestFinished, test } from 'vitest'

/*
 * The events that a host application receives of committed changes.
 */

const { server } = serverWithPeople([], { authenticate: ({ token = '' }) => ({ id: token, username: token }) })

const come = async (name: string) => {
  const id = newName(name)
  return { ...(await server.connect({ accessToken: id } as SignedIn)), id }
}

type Visitor = Awaited<ReturnType<typeof come>>

const parleys = (): Parley[] => Array.from({ length: topology().nodes }, (_, node) => server.at(node).parley)

/** Listens on every node, as a host with several does; returns the array to which all payloads are added. */
function listen<N extends HostEventName>(name: N): Payload<N>[] {
  const heard: Payload<N>[] = []
  for (const parley of parleys()) onTestFinished(parley.on(name, (payload) => void heard.push(payload)))
  return heard
}

const idsOf = (heard: Payload<'message.created'>[]) =>
  heard.flatMap(({ messages = [] }) => messages.map(({ id }) => id))

const openDirect = async (one: Visitor, other: Visitor) =>
  (await one.ask('conversation.openDirect', { userId: other.id })).summary.conversation.id

async function say(person: Visitor, conversationId: string, id = newId()): Promise<string> {
  await person.ask('message.send', { conversationId, id, body: plain('Hello') })
  return id
}

describe('a host that listens', () => {
  test('gets each event of its kind once, in order, on the node where the change was committed', async () => {
    const created = listen('message.created')
    const edited = listen('message.updated')
    const [ana, bo] = [await come('ana'), await come('bo')]
    const conversationId = await openDirect(ana, bo)
    const sent: string[] = []
    for (const person of [ana, bo, ana, bo]) {
      const id = await say(person, conversationId)
      // A resend is no new message, so it has no event.
      await say(person, conversationId, id)
      sent.push(id)
    }
    await ana.ask('message.edit', { messageId: sent[0] ?? '', body: plain('Changed') })
    await expect.poll(() => edited.length).toBe(1)
    expect(idsOf(created)).toEqual(sent)
    expect(created[0]).toMatchObject({
      conversationId,
      messages: [{ seq: 1, senderId: ana.id }],
      users: [{ id: ana.id }],
    })
  })

  test('gets no event of a refused request, and none once it has stopped to listen', async () => {
    const created = listen('message.created')
    const [ana, bo, stranger] = [await come('ana'), await come('bo'), await come('stranger')]
    const conversationId = await openDirect(ana, bo)
    const refused = { conversationId, id: newId(), body: plain('Hello') }
    expect(await stranger.reply('message.send', refused)).toMatchObject({ ok: false })
    const heard: string[] = []
    const stops = parleys().map((parley) => parley.on('message.created', ({ rev }) => void heard.push(String(rev))))
    await say(ana, conversationId)
    await expect.poll(() => created.length).toBe(1)
    for (const stop of stops) stop()
    const told = heard.length
    await say(ana, conversationId)
    await expect.poll(() => created.length).toBe(2)
    expect([told, heard.length]).toEqual([1, 1])
  })

  test('does not disturb others if its listener throws, never ends or changes the payload', async () => {
    const [ana, bo] = [await come('ana'), await come('bo')]
    const conversationId = await openDirect(ana, bo)
    for (const parley of parleys()) {
      onTestFinished(
        parley.on('message.created', () => {
          throw new Error('a mistake of the host')
        }),
      )
      onTestFinished(parley.on('message.created', () => Promise.reject(new Error('a later one'))))
      onTestFinished(parley.on('message.created', () => new Promise(() => {})))
      onTestFinished(parley.on('message.created', ({ messages = [] }) => void messages.splice(0)))
    }
    const created = listen('message.created')
    const id = await say(ana, conversationId)
    await expect.poll(() => idsOf(created)).toEqual([id])
    expect(await bo.heard('message.created')).toMatchObject({ messages: [{ id }] })
    await settled(ana, bo)
  })

  test('can send as a user from its listener', async () => {
    const [ana, bo] = [await come('ana'), await come('bo')]
    const conversationId = await openDirect(ana, bo)
    for (const parley of parleys()) {
      const answer = async ({ messages: [message] = [] }: Payload<'message.created'>) => {
        if (message?.senderId !== ana.id) return
        const body = plain('I am away')
        await parley.as(bo.id).ask('message.send', { conversationId, id: newId(), body })
      }
      onTestFinished(parley.on('message.created', answer))
    }
    await say(ana, conversationId)
    await ana.heard('message.created', ({ messages = [] }) => messages[0]?.senderId === bo.id)
  })

  test.each(['message.shout', 'typing.updated', 'account.updated', 'toString'])('cannot listen to %s', (name) => {
    expect(() => server.parley.on(name as HostEventName, () => {})).toThrow(`There is no event "${name}"`)
    expect(() => server.parley.on('message.created', 'x' as never)).toThrow('no function')
  })
})
