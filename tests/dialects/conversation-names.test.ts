import { describe, expect, test } from 'vitest'
import type { ConversationClient } from './conversation-client.ts'
import { conversationStage } from './conversation-stage.ts'
import type { Fields } from './inbox.ts'
import { stage } from './stage.ts'

const on = stage()
const { arrive, come } = conversationStage(on)

describe('several conversations of two users', () => {
  const jobs = ['job1', 'job2', 'job3']
  const open = async (ana: ConversationClient, participantId: string, jobId?: string) => {
    const { status, body } = await ana.rest.post('/api/chat/conversations', { participantId, jobId })
    expect(status).toBe(201)
    return (body.data as { conversationId: string }).conversationId
  }

  /** Whatever somebody heard of a message was under a name whose history has it, and all of these have it. */
  const expectOneName = async (client: ConversationClient, names: readonly string[]) => {
    const heard = [...client.inbox.all('new_message'), ...client.inbox.all('message_updated')]
    expect(new Set(heard.map(({ conversationId }) => conversationId))).toEqual(new Set(names))
    for (const name of names) {
      const overRest = (await client.rest.get(`/api/chat/conversations/${name}/messages`)).body.data as Fields
      for (const { messages } of [overRest, await client.ask('get_messages', { conversationId: name })]) {
        const ofName = heard.filter(({ conversationId }) => conversationId === name).map(({ _id }) => _id)
        const listed = (messages as Fields[]).map(({ _id, conversationId }) => [conversationId, _id])
        expect(new Set(listed)).toEqual(new Set([...new Set(ofName)].map((one) => [name, one])))
      }
    }
    const list = (await client.rest.get('/api/chat/conversations')).body.data as Fields[]
    expect(list.map(({ _id, jobId }) => [_id, jobId]).sort()).toEqual(names.map((name, at) => [name, jobs[at]]).sort())
  }

  test('each has one id in events, lists, requests and joins; that of the first is the pair id', async () => {
    const [ana, signedIn] = [await come(), await on.signUp()]
    const names: string[] = []
    for (const job of jobs) names.push(await open(ana, signedIn.user.id, job))
    expect(new Set(names).size).toBe(jobs.length)
    for (const name of names) {
      expect(await ana.ask('send_message', { conversationId: name, text: 'missed' })).toMatchObject({
        conversationId: name,
      })
    }
    const bo = await arrive(signedIn)
    expect(names[0]).toBe(ana.roomWith(bo))
    expect([await open(bo, ana.id, 'job2'), await open(bo, ana.id)]).toEqual([names[1], names[0]])
    const path = `/api/v1/conversations/direct/${ana.id}?earliest=true`
    const { data } = (await bo.rest.get<{ data: { summary: { conversation: Fields } } }>(path)).body
    const named = [...names.map((name) => [name, name]), [data.summary.conversation.id, names[0]]]
    for (const [asked, name] of named) {
      expect(await bo.ask('join_conversation', { conversationId: asked })).toMatchObject({ conversationId: name })
      const offer = { text: 'live', offerAmount: 5 }
      const { _id } = await ana.ask('send_message', { conversationId: asked, messageType: 'offer', content: offer })
      await bo.inbox.next('new_message', { _id, conversationId: name })
      ana.socket.emit('typing_start', { conversationId: asked })
      await bo.inbox.next('user_typing', { conversationId: name })
      const message = `/api/v1/messages/${_id}`
      await bo.rest.call('PUT', `${message}/offer/decision`, { decision: 'accept' })
      await ana.inbox.next('offer_updated', { messageId: _id, conversationId: name })
      const { _id: last } = await ana.ask('send_message', { conversationId: asked, text: 'edited' })
      await ana.rest.call('PATCH', `/api/v1/messages/${last}`, { body: { kind: 'plain', text: 'anew' } })
      await bo.inbox.next('message_updated', { _id: last, conversationId: name })
      expect(await bo.ask('mark_as_read', { conversationId: asked })).toMatchObject({ conversationId: name })
    }
    await bo.heardAll()
    for (const one of [ana, bo]) await expectOneName(one, names)
    expect(await bo.ask('leave_conversation', { conversationId: names[1] })).toMatchObject({ conversationId: names[1] })
  })
})
