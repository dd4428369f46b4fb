import type { SignedIn } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import { io, type Socket } from 'socket.io-client'
import { expect, onTestFinished, test } from 'vitest'
import type { Fields } from './inbox.ts'
import { Rest } from './rest.ts'
import { stage } from './stage.ts'

/** The ways in which the guide says that its clients work, each as a page would do it. */
const on = stage({ timing: { presenceGraceMs: 50 } })

interface Row extends Fields {
  id: string
  content_encrypted: string
}

/** A page with a store: rows by id, statuses, who is there, who types, and what waits while there is no connection. */
class Page {
  readonly id: string
  readonly rest: Rest
  readonly messages = new Map<string, Row>()
  readonly statuses = new Map<string, string>()
  readonly presence = new Map<string, string>()
  readonly typing = new Map<string, string>()
  /** How often each message came. */
  readonly came: string[] = []
  readonly waiting: { conversationId: string; content: string; temporaryId: string }[] = []
  readonly errors: Fields[] = []
  isOnline = false
  private readonly socket: Socket
  private temporary = 0

  constructor(url: string, { user, accessToken }: SignedIn) {
    this.id = user.id
    this.rest = new Rest(url, accessToken)
    this.socket = io(url, { auth: { token: accessToken }, forceNew: true, autoConnect: false, reconnection: false })
    this.socket.on('connect', () => {
      this.isOnline = true
      this.show()
      for (const { conversationId, content, temporaryId } of this.waiting.splice(0)) {
        void this.transmit(conversationId, content, temporaryId)
      }
    })
    this.socket.on('disconnect', () => {
      this.isOnline = false
    })
    this.socket.on('chat:message_received', (message: Row) => {
      this.came.push(message.id)
      this.messages.set(message.id, message)
      this.socket.emit('chat:message_delivered', { messageId: message.id })
      this.socket.emit('chat:message_read', { messageId: message.id })
    })
    this.socket.on('chat:message_status_updated', ({ messageId, status }) => this.statuses.set(messageId, status))
    this.socket.on('user:status_changed', ({ userId, status }) => this.presence.set(userId, status))
    this.socket.on('chat:user_typing', ({ userId, username, isTyping }) => {
      if (isTyping) this.typing.set(userId, username)
      else this.typing.delete(userId)
    })
    this.socket.on('error', (error) => this.errors.push(error))
  }

  open = () => this.socket.connect()
  close = () => this.socket.disconnect()
  hide = () => this.socket.emit('presence:offline')
  show = () => this.socket.emit('presence:online')

  /** Shows a row at once under a name of its own; the answer brings the real one. */
  send(conversationId: string, content: string): void {
    const temporaryId = `temp-${this.temporary++}`
    this.messages.set(temporaryId, { id: temporaryId, content_encrypted: content })
    if (this.isOnline) void this.transmit(conversationId, content, temporaryId)
    else this.waiting.push({ conversationId, content, temporaryId })
  }

  isTyping = (conversationId: string, isTyping: boolean) =>
    void this.socket.emit('chat:typing', { conversationId, isTyping })

  private async transmit(conversationId: string, contentEncrypted: string, id: string): Promise<void> {
    const { success, data } = await this.socket
      .timeout(patience.waitMs)
      .emitWithAck('chat:message_send', { id, conversationId, contentEncrypted })
    this.messages.delete(id)
    if (success) this.messages.set(data.id, data)
  }

  contents = () => [...this.messages.values()].map(({ content_encrypted }) => content_encrypted)
}

const open = async () => {
  const page = new Page(on.server().url, await on.signUp())
  onTestFinished(() => void page.close())
  page.open()
  await expect.poll(() => page.isOnline).toBe(true)
  return page
}

test('rows are shown at once, messages written offline are sent on return, and missed ones arrive by themselves', async () => {
  const [ana, bo] = [await open(), await open()]
  const direct = await ana.rest.post('/api/conversations/direct', { user_id: bo.id })
  const conversationId = String((direct.body.data as Fields).id)
  ana.send(conversationId, 'b25l')
  expect(ana.contents()).toEqual(['b25l'])
  await expect.poll(() => bo.contents()).toEqual(['b25l'])
  await expect.poll(() => [...ana.statuses.values()]).toEqual(['read'])
  ana.isTyping(conversationId, true)
  await expect.poll(() => [...bo.typing.keys()]).toEqual([ana.id])
  ana.isTyping(conversationId, false)
  await expect.poll(() => bo.typing.size).toBe(0)

  bo.close()
  await expect.poll(() => ana.presence.get(bo.id)).toBe('offline')
  for (const content of ['dHdv', 'dGhyZWU=', 'Zm91cg==']) ana.send(conversationId, content)
  bo.send(conversationId, 'Zml2ZQ==')
  await expect.poll(() => [...ana.messages.keys()].filter((id) => id.startsWith('temp-'))).toEqual([])
  const history = await ana.rest.get<{ data: { id: string; statuses: Fields[] }[] }>(`/api/messages/${conversationId}`)
  expect(history.body.data.map(({ statuses }) => statuses[0]?.status)).toEqual(['sent', 'sent', 'sent', 'read'])

  bo.open()
  await expect.poll(() => bo.contents().sort()).toEqual(['Zm91cg==', 'Zml2ZQ==', 'b25l', 'dGhyZWU=', 'dHdv'])
  await expect.poll(() => ana.contents().sort()).toEqual(bo.contents().sort())
  await expect.poll(() => ana.presence.get(bo.id)).toBe('online')
  await expect.poll(() => [...ana.statuses.values()]).toEqual(['read', 'read', 'read', 'read'])
  // In order, each once, and one's own not at all.
  expect(bo.came.map((id) => bo.messages.get(id)?.content_encrypted)).toEqual(['b25l', 'dHdv', 'dGhyZWU=', 'Zm91cg=='])
  expect(ana.came.map((id) => ana.messages.get(id)?.content_encrypted)).toEqual(['Zml2ZQ=='])
  expect([...ana.errors, ...bo.errors]).toEqual([])
})

test('a group has three roles, each with the rights of the guide', async () => {
  const [ana, bo, cleo] = [await open(), await open(), await open()]
  const group = { title: 'Development Team', participant_ids: [bo.id, cleo.id], created_by: ana.id }
  const { body } = await ana.rest.post('/api/conversations/group', group)
  const { id, participants } = body.data as { id: string; participants: Fields[] }
  const roles = (list: Fields[]) => Object.fromEntries(list.map(({ user_id, role }) => [user_id, role]))
  expect(roles(participants)).toEqual({ [ana.id]: 'admin', [bo.id]: 'member', [cleo.id]: 'member' })
  const path = `/api/conversations/${id}/participants`
  expect((await bo.rest.call('DELETE', `${path}/${cleo.id}`)).status).toBe(403)
  expect((await ana.rest.call('DELETE', `${path}/${bo.id}`)).status).toBe(200)
  const back = await ana.rest.post(path, { user_id: bo.id, role: 'moderator' })
  expect(roles((back.body.data as { participants: Fields[] }).participants)).toMatchObject({ [bo.id]: 'moderator' })
  expect((await bo.rest.call('DELETE', `${path}/${cleo.id}`)).status).toBe(200)
  const draft = { conversation_id: id, sender_id: cleo.id, content_encrypted: 'content' }
  expect(await cleo.rest.post('/api/messages', draft)).toMatchObject({
    status: 403,
    body: { success: false, error: { name: 'ForbiddenError' } },
  })
  expect((await bo.rest.post('/api/messages', { ...draft, sender_id: bo.id })).body).toMatchObject({
    success: true,
    data: { id: expect.any(String), sender_id: bo.id },
  })
  await expect.poll(() => ana.contents()).toEqual(['content'])
  expect(cleo.contents()).toEqual([])
})

test('a user who hides by presence:offline is hidden from clients of every kind while connected', async () => {
  const [ana, bo] = [await open(), await open()]
  await ana.rest.post('/api/conversations/direct', { user_id: bo.id })
  const speaker = await on.speak('000')
  speaker.sendDirectMessage(bo.id, 'Psst')
  await speaker.inbox.next('dm:new')
  const seen = async () => ({
    rooms: (await speaker.rest.list('/chat/conversations')).body[0]?.isOnline,
    pern: ana.presence.get(bo.id),
  })
  // They came to know each other after he had come.
  bo.show()
  await expect.poll(seen).toEqual({ rooms: true, pern: 'online' })
  bo.hide()
  await expect.poll(seen).toEqual({ rooms: false, pern: 'offline' })
  speaker.sendDirectMessage(bo.id, 'I know you are there')
  await expect.poll(() => bo.contents()).toEqual(['Psst', 'I know you are there'])
  expect(await seen()).toEqual({ rooms: false, pern: 'offline' })
})
