import { describe, expect, test } from 'vitest'
import {
  arriveAll,
  enter,
  newId,
  openDirect,
  openRoom,
  type Person,
  plain,
  refusalOf,
  say,
  settled,
} from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { server, ana, bo, cleo } = serverWithPeople(['ana', 'bo', 'cleo'])

const textsHeardBy = (person: Person, conversationId: string) =>
  person
    .all('message.created')
    .filter((change) => change.conversationId === conversationId)
    .flatMap(({ messages = [] }) => messages)
    .map(({ body }) => (body?.kind === 'plain' ? body.text : null))

const pageOf = (person: Person, conversationId: string) => person.ask('message.page', { conversationId, limit: 100 })

describe('sending', () => {
  test('reaches every device of every member, also the sender’s, and nobody else', async () => {
    const conversationId = await openRoom(ana, [bo])
    const phone = await enter(server, bo.signedIn)
    const message = await say(ana, conversationId, 'for two')
    for (const person of [ana, bo, phone]) {
      const heard = await person.heard('message.created', (change) => change.conversationId === conversationId)
      expect(heard).toEqual({ conversationId, rev: message.rev, messages: [message], users: [ana.user] })
    }
    await settled(cleo)
    expect(textsHeardBy(cleo, conversationId)).toEqual([])
    expect(message).toMatchObject({ senderId: ana.id, seq: 1, type: 'text', editedAt: null, deletedAt: null })
  })

  test('without a callback reports a failure by an event and a success by the message', async () => {
    const conversationId = await openDirect(ana, bo)
    const id = newId()
    ana.socket.emit('message.send', { conversationId, id, body: plain('unheard') }, undefined as never)
    await bo.heard('message.created', ({ messages }) => messages?.[0]?.id === id)
    cleo.socket.emit('message.send', { conversationId, id: newId(), body: plain('no') }, undefined as never)
    expect(await cleo.heard('operation.failed')).toMatchObject({
      operation: 'message.send',
      error: { code: 'not_found' },
    })
    expect(ana.all('operation.failed')).toEqual([])
  })

  test('from fifty sockets at once gives one order without gaps, the same for everybody', async () => {
    const people = await arriveAll(server, ...Array.from({ length: 9 }, () => 'writer'))
    const conversationId = await openRoom(ana, people)
    const sockets = [
      ana,
      ...people,
      ...(await Promise.all(Array.from({ length: 40 }, (_, i) => enter(server, (people[i % 9] as Person).signedIn)))),
    ]
    const sent = await Promise.all(
      sockets.flatMap((socket, writer) =>
        Array.from({ length: 4 }, (_, i) => say(socket, conversationId, `${writer}/${i}`)),
      ),
    )
    expect(sent.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(sent.map((_, index) => index + 1))
    await settled(...sockets)
    const orders = sockets.map((socket) => textsHeardBy(socket, conversationId))
    expect(orders[0]).toHaveLength(200)
    for (const order of orders) expect(order).toEqual(orders[0])
    const stored = [
      ...(await ana.ask('message.page', { conversationId, before: 101, limit: 100 })).messages,
      ...(await pageOf(ana, conversationId)).messages,
    ]
    expect(stored.map(({ body }) => (body?.kind === 'plain' ? body.text : null))).toEqual(orders[0])
    for (let writer = 0; writer < sockets.length; writer++) {
      const own = orders[0]?.filter((text) => text?.startsWith(`${writer}/`))
      expect(own).toEqual([0, 1, 2, 3].map((i) => `${writer}/${i}`))
    }
  })

  test('keeps every byte of the text', async () => {
    const conversationId = await openDirect(ana, bo)
    for (const text of [
      '  spaces  ',
      '<b>&amp;</b>',
      '👩‍👩‍👧 שלום مرحبا',
      "'; drop table messages; --",
      'a\r\nb\tc',
      '\\u0000',
    ]) {
      expect((await say(ana, conversationId, text)).body).toEqual(plain(text))
      expect((await pageOf(bo, conversationId)).messages.at(-1)?.body).toEqual(plain(text))
    }
  })
})

describe('the id of a message', () => {
  test('sent again returns the same message, also after it was changed', async () => {
    const conversationId = await openRoom(ana, [bo])
    const draft = { conversationId, id: newId(), body: plain('once') }
    const { message } = await ana.ask('message.send', draft)
    expect((await ana.ask('message.send', draft)).message).toEqual(message)
    expect((await ana.ask('message.send', { ...draft, body: { text: 'once', kind: 'plain' } })).message).toEqual(
      message,
    )

    const { message: edited } = await ana.ask('message.edit', { messageId: message.id, body: plain('edited') })
    expect((await ana.ask('message.send', draft)).message).toEqual(edited)
    expect(await refusalOf(ana, 'message.send', { ...draft, body: plain('edited') })).toMatchObject({
      code: 'message_id_conflict',
    })

    const { message: deleted } = await ana.ask('message.delete', { messageId: message.id })
    expect((await ana.ask('message.send', draft)).message).toEqual(deleted)
    await settled(bo)
    expect(textsHeardBy(bo, conversationId)).toEqual(['once'])
    expect((await pageOf(bo, conversationId)).messages).toHaveLength(1)
  })

  test('sent several times at once, over one or two sockets, is one message', async () => {
    const conversationId = await openRoom(ana, [bo])
    const phone = await enter(server, ana.signedIn)
    for (let trial = 0; trial < 20; trial++) {
      const draft = { conversationId, id: newId(), body: plain(`${trial}`) }
      const replies = await Promise.all([ana, ana, phone, ana].map((socket) => socket.ask('message.send', draft)))
      for (const reply of replies) expect(reply).toEqual(replies[0])
      expect(replies[0]?.message.seq).toBe(trial + 1)
    }
    await settled(bo)
    expect(textsHeardBy(bo, conversationId)).toHaveLength(20)
  })

  test('sent with another body, type, conversation or sender is a conflict', async () => {
    const [first, second] = [await openRoom(ana, [bo]), await openRoom(ana, [bo])]
    const draft = { conversationId: first, id: newId(), body: plain('mine') }
    const { message } = await ana.ask('message.send', draft)
    const conflict = { code: 'message_id_conflict' }
    expect(await refusalOf(ana, 'message.send', { ...draft, body: plain('other') })).toMatchObject(conflict)
    expect(await refusalOf(ana, 'message.send', { ...draft, type: 'offer' })).toMatchObject(conflict)
    expect(await refusalOf(ana, 'message.send', { ...draft, conversationId: second })).toMatchObject(conflict)
    expect(await refusalOf(bo, 'message.send', draft)).toMatchObject(conflict)
    const sealed = { kind: 'sealed', ciphertext: 'bWluZQ==' } as const
    expect(await refusalOf(ana, 'message.send', { ...draft, body: sealed })).toMatchObject(conflict)
    expect((await pageOf(bo, first)).messages).toEqual([message])
    expect((await pageOf(bo, second)).messages).toEqual([])
  })

  test('sent at once with different contents keeps the first, and leaves no gap', async () => {
    const conversationId = await openRoom(ana, [bo])
    for (let trial = 0; trial < 10; trial++) {
      const id = newId()
      const sends = [ana, bo, ana].map((person, index) =>
        person.reply('message.send', { conversationId, id, body: plain(`${index === 2 ? 0 : index}`) }),
      )
      const [one, other, again] = await Promise.all(sends)
      expect([one?.ok, other?.ok].sort()).toEqual([false, true])
      expect(again).toEqual(one?.ok ? one : expect.objectContaining({ ok: false }))
      await say(ana, conversationId, 'between')
    }
    const { messages } = await pageOf(ana, conversationId)
    expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })
})

describe('editing', () => {
  test('is allowed to the sender only, whatever the roles of others', async () => {
    const conversationId = await openRoom(ana, [bo, cleo])
    await ana.ask('membership.setRole', { conversationId, userId: cleo.id, role: 'admin' })
    const { id: messageId, seq } = await say(bo, conversationId, 'first')
    for (const other of [ana, cleo]) {
      expect(await refusalOf(other, 'message.edit', { messageId, body: plain('x') })).toMatchObject({
        code: 'forbidden',
      })
    }
    const { message } = await bo.ask('message.edit', { messageId, body: plain('second') })
    expect(message).toMatchObject({ id: messageId, seq, body: plain('second'), editedAt: expect.any(Number) })
    expect(await cleo.heard('message.updated', ({ messages }) => messages?.[0]?.id === messageId)).toEqual({
      conversationId,
      rev: message.rev,
      messages: [message],
      users: [bo.user],
    })
    expect(await cleo.ask('message.get', { messageId })).toMatchObject({ message, sender: bo.user })
  })

  test('is refused after the message was deleted or the membership ended', async () => {
    const conversationId = await openRoom(ana, [bo])
    const [gone, kept] = [await say(bo, conversationId, 'gone'), await say(bo, conversationId, 'kept')]
    await bo.ask('message.delete', { messageId: gone.id })
    expect(await refusalOf(bo, 'message.edit', { messageId: gone.id, body: plain('back') })).toMatchObject({
      code: 'not_found',
    })
    await bo.ask('membership.leave', { conversationId })
    expect(await refusalOf(bo, 'message.edit', { messageId: kept.id, body: plain('x') })).toMatchObject({
      code: 'not_found',
    })
    expect(await refusalOf(bo, 'message.delete', { messageId: kept.id })).toMatchObject({ code: 'not_found' })
    expect((await pageOf(ana, conversationId)).messages.map(({ body }) => body)).toEqual([null, plain('kept')])
  })
})

describe('deleting', () => {
  test.each([
    ['owner', true],
    ['admin', true],
    ['moderator', true],
    ['member', false],
  ] as const)('a message of another user, as %s: allowed is %s', async (role, allowed) => {
    const conversationId = await openRoom(ana, [bo, cleo])
    await ana.ask('membership.setRole', { conversationId, userId: cleo.id, role })
    const { id: messageId } = await say(ana, conversationId, 'from the owner')
    const refusal = await refusalOf(cleo, 'message.delete', { messageId })
    expect(refusal?.code).toBe(allowed ? undefined : 'forbidden')
    const { message } = await bo.ask('message.get', { messageId })
    expect(message.deletedAt === null).toBe(!allowed)
  })

  test('removes the body everywhere, and keeps the position', async () => {
    const conversationId = await openRoom(ana, [bo])
    const [first, second] = [await say(ana, conversationId, 'secret'), await say(ana, conversationId, 'last secret')]
    const { epoch, account } = await bo.ask('sync.run', {})
    for (const { id } of [first, second]) await ana.ask('message.delete', { messageId: id })

    const tombstone = (seq: number) => ({ seq, body: null, deletedAt: expect.any(Number), editedAt: null })
    const both = [tombstone(1), tombstone(2)]
    expect((await pageOf(bo, conversationId)).messages).toMatchObject(both)
    expect((await bo.ask('message.get', { messageId: first.id })).message).toMatchObject(both[0] as object)
    expect((await bo.ask('conversation.get', { conversationId })).summary.lastMessage).toMatchObject(both[1] as object)
    const positions = [{ conversationId, rev: second.rev }]
    const { changes } = await bo.ask('sync.run', { epoch, rev: account.rev, positions })
    expect(changes).toMatchObject([{ messages: both }])
    await settled(bo)
    const events = bo.all('message.deleted').filter((change) => change.conversationId === conversationId)
    expect(events.flatMap(({ messages = [] }) => messages)).toMatchObject(both)
    expect(JSON.stringify([changes, events])).not.toContain('secret')
  })

  test('again changes nothing', async () => {
    const conversationId = await openRoom(ana, [bo])
    const { id: messageId } = await say(bo, conversationId)
    const first = await bo.ask('message.delete', { messageId })
    expect(await ana.ask('message.delete', { messageId })).toEqual(first)
    await settled(bo)
    expect(bo.all('message.deleted').filter((change) => change.conversationId === conversationId)).toHaveLength(1)
    expect((await bo.ask('conversation.get', { conversationId })).summary.rev).toBe(first.message.rev)
  })
})

test('a message that is not visible is answered exactly like one that does not exist', async () => {
  const conversationId = await openRoom(ana, [bo])
  const { id: messageId } = await say(ana, conversationId)
  for (const name of ['message.get', 'message.delete'] as const) {
    expect(await refusalOf(cleo, name, { messageId })).toEqual(await refusalOf(cleo, name, { messageId: newId() }))
  }
  const body = plain('x')
  expect(await refusalOf(cleo, 'message.edit', { messageId, body })).toEqual(
    await refusalOf(cleo, 'message.edit', { messageId: newId(), body }),
  )
  expect(await refusalOf(cleo, 'message.page', { conversationId })).toEqual(
    await refusalOf(cleo, 'message.page', { conversationId: newId() }),
  )
  expect(await refusalOf(ana, 'message.get', { messageId })).toBeUndefined()
})

test('a message arrives with the sender’s current name, even if it is being changed at the same time', async () => {
  const conversationId = await openRoom(ana, [bo])
  const [renamed] = await Promise.all([
    ana.ask('user.update', { displayName: `Ana ${newId()}` }),
    say(ana, conversationId, 'by my new name'),
  ])
  const { users } = await bo.heard('message.created', (change) => change.conversationId === conversationId)
  expect(users).toEqual([renamed.user])
  ana.user = renamed.user
})
