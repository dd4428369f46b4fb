import { newId, plain } from '@parley/server/testing/people'
import { expect, test } from 'vitest'
import { conversationStage } from './conversation-stage.ts'
import { pernClients } from './pern-client.ts'
import { stage } from './stage.ts'

const on = stage()
const conversations = conversationStage(on)
const pern = pernClients(on)

/** The last moment that a date can have. */
const latest = 8_640_000_000_000_000

test('an offer that is open for longer than a date can say is refused; the longest one reaches everybody', async () => {
  const [ana, signedIn, cleo] = [await conversations.come(), await on.signUp(), await pern.come()]
  const native = await on.server().connect(signedIn)
  const userIds = [ana.id, cleo.id]
  const { summary } = await native.ask('conversation.create', { name: 'Site', visibility: 'private', userIds })
  const conversationId = summary.conversation.id
  await ana.ask('join_conversation', { conversationId })
  const send = (expiresAt: number) => {
    const body = { ...plain('For ever'), offer: { amount: 100, currency: 'EUR', expiresAt } }
    return native.reply('message.send', { conversationId, id: newId(), body })
  }
  for (const time of [latest + 1, Number.MAX_SAFE_INTEGER]) {
    expect(await send(time)).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
  }
  expect(await send(latest)).toMatchObject({ ok: true })
  const offerExpiresAt = '+275760-09-13T00:00:00.000Z'
  expect(await ana.inbox.next('new_message')).toMatchObject({ content: { offerExpiresAt } })
  expect((await ana.ask('get_messages', { conversationId })).messages).toMatchObject([{ content: { offerExpiresAt } }])
  const offer = { expires_at: offerExpiresAt }
  expect(await cleo.inbox.next('chat:message_received')).toMatchObject({ offer })
  expect(await cleo.history(conversationId)).toMatchObject([{ offer }])
  native.close()
})
