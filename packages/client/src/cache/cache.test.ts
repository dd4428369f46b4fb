import type { ConversationChange, Membership, Message } from '@parley/protocol'
import { expect, test } from 'vitest'
import type { ChatState } from '../chat-state.ts'
import { features } from '../features.ts'
import { applyMemberships } from '../memberships/membership-rows.ts'
import { applyMessage, applyPage } from '../messages/message-rows.ts'
import { mostHeld } from '../messages/message-window.ts'
import type { PendingMessage } from '../messages/pending-message.ts'
import { applyReceipts } from '../receipts/receipt-rows.ts'
import { ModelServer, userOf } from '../testing/model-server.ts'
import { setTyping } from '../typing/typing-state.ts'
import { applyUsers } from '../users/user-rows.ts'
import { Cache } from './cache.ts'
import { withConversation } from './held-conversation.ts'

const id = 'c1'
const cache = new Cache(features)

/** A state with the model's conversation, and a function that applies all events since then. */
function following(server: ModelServer) {
  const account = { rev: 1, user: userOf('me'), memberships: [server.mine()], summaries: [server.summary()] }
  const state = cache.resetAccount(cache.emptyState, account, 'e')
  return { state, events: server.events.splice(0) }
}

const take = (state: ChatState, events: readonly ConversationChange[]) =>
  events.reduce((now, event) => cache.applyChange(now, event).state, state)

const held = (state: ChatState) => {
  const conversation = state.conversations[id]
  if (!conversation) throw new Error('not held')
  return conversation
}

const page = (messages: readonly Message[], hasBefore: boolean) => ({ messages, hasBefore })

const said = (server: ModelServer, count: number) => {
  for (let i = 0; i < count; i++) server.send('bob')
}

test('a change follows its predecessor, is known the second time, and is refused after a gap', () => {
  const server = new ModelServer()
  const { state } = following(server)
  said(server, 2)
  const [first, second] = server.events as [ConversationChange, ConversationChange]
  expect(cache.applyChange(state, second)).toEqual({ state, outcome: 'gap' })
  const one = cache.applyChange(state, first)
  expect(one.outcome).toBe('applied')
  expect(cache.applyChange(one.state, first)).toEqual({ state: one.state, outcome: 'known' })
  expect(held(cache.applyChange(one.state, second).state)).toMatchObject({ lastSeq: 2, rev: server.rev })
  const elsewhere = { ...first, conversationId: 'c2' }
  expect(cache.applyChange(state, elsewhere)).toEqual({ state, outcome: 'unknown' })
})

test('D9: a window that is followed for months stays bounded, and what was let go can be loaded again', () => {
  const server = new ModelServer()
  said(server, 50)
  const { state } = following(server)
  let next = applyPage(state, id, page(server.messages, false))
  said(server, 6_000)
  next = take(next, server.events.splice(0))
  const { messages, hasBefore, hasAfter, unread } = held(next)
  expect(messages.length).toBeLessThanOrEqual(mostHeld)
  expect([hasBefore, hasAfter, messages.at(-1)?.seq, unread]).toEqual([true, false, 6_050, 100])
  const first = messages[0]?.seq ?? 0
  const before = held(applyPage(next, id, page(server.messages.slice(first - 51, first - 1), true)))
  expect(before.messages[0]?.seq).toBe(first - 50)
  expect(before.messages).toHaveLength(messages.length + 50)
})

test('D9: somebody who pages back through years holds the part that they read', () => {
  const server = new ModelServer()
  said(server, 6_000)
  const { state } = following(server)
  let next = applyPage(state, id, page(server.messages.slice(-100), true))
  for (let end = 5_900; end > 0; end -= 100) {
    next = applyPage(next, id, page(server.messages.slice(end - 100, end), end > 100))
    expect(held(next).messages[0]?.seq).toBe(end - 99)
  }
  const { messages, hasBefore, hasAfter } = held(next)
  expect(messages.length).toBeLessThanOrEqual(mostHeld)
  expect([hasBefore, hasAfter]).toEqual([false, true])
  const end = messages.at(-1)?.seq ?? 0
  expect(held(applyPage(next, id, page(server.messages.slice(end, end + 100), true))).messages.at(-1)?.seq).toBe(
    end + 100,
  )
})

test('what did not change keeps its identity', () => {
  const server = new ModelServer()
  said(server, 3)
  const { state } = following(server)
  const loaded = applyPage(state, id, page(server.messages, false))
  server.edit(2)
  const next = take(loaded, server.events)
  expect(held(next).messages[0]).toBe(held(loaded).messages[0])
  expect(held(next).messages[1]).not.toBe(held(loaded).messages[1])
  expect(held(next).memberships).toBe(held(loaded).memberships)
  expect(held(next).conversation).toBe(held(loaded).conversation)
  expect(next.users.bob).toBe(take(next, []).users.bob)
  expect(applyUsers(next, [userOf('bob')])).toBe(next)
  expect(applyReceipts(next, id, [{ userId: 'me', readSeq: 0, deliveredSeq: 0 }])).toBe(next)
  expect(held(applyPage(next, id, page(server.messages, false))).messages).toBe(held(next).messages)
  expect(applyMemberships(next, id, Object.values(held(next).memberships), cache)).toBe(next)
})

test('an edit of a message outside the window is left out, one inside is taken, and a deleted one keeps its place', () => {
  const server = new ModelServer()
  said(server, 10)
  const { state } = following(server)
  const loaded = applyPage(state, id, page(server.messages.slice(5), true))
  server.edit(2)
  server.edit(7)
  server.delete(8)
  const next = held(take(loaded, server.events))
  expect(next.messages).toEqual(server.messages.slice(5))
  expect(next.messages[2]).toMatchObject({ seq: 8, body: null })
})

test('a page that touches the window extends it, another one replaces it', () => {
  const server = new ModelServer()
  said(server, 30)
  const { state } = following(server)
  const latest = applyPage(state, id, page(server.messages.slice(20), true))
  const older = applyPage(latest, id, page(server.messages.slice(10, 20), true))
  expect(held(older)).toMatchObject({ hasBefore: true, hasAfter: false })
  expect(held(older).messages).toEqual(server.messages.slice(10))
  const far = applyPage(older, id, page(server.messages.slice(2, 5), true))
  expect(held(far)).toMatchObject({ messages: server.messages.slice(2, 5), hasBefore: true, hasAfter: true })
  const start = applyPage(far, id, page(server.messages.slice(0, 2), false))
  expect(held(start)).toMatchObject({ messages: server.messages.slice(0, 5), hasBefore: false, hasAfter: true })
})

test('new messages wait outside while the window is elsewhere, and count as unread', () => {
  const server = new ModelServer()
  said(server, 30)
  const { state } = following(server)
  const far = applyPage(state, id, page(server.messages.slice(2, 5), true))
  said(server, 2)
  const next = held(take(far, server.events))
  expect(next).toMatchObject({ lastSeq: 32, hasAfter: true, unread: 32, recount: false })
  expect(next.messages).toHaveLength(3)
})

test('a message that comes before a deleted one waits outside of the window until that comes, also while others come', () => {
  const server = new ModelServer()
  said(server, 20)
  const { state } = following(server)
  const loaded = applyPage(state, id, page(server.messages.slice(10), true))
  const { rev } = server
  said(server, 2)
  server.delete(21)
  server.send('me')
  const [deleted, kept, own] = server.messages.slice(20) as [Message, Message, Message]
  const change = (after: number, ...messages: Message[]): ConversationChange => {
    return { conversationId: id, rev: rev + after, messages, memberships: [], users: [] }
  }
  // As a node makes them from the present rows, which it missed.
  const before = take(loaded, [change(1), change(2, kept)])
  expect(held(before).messages).toEqual(server.messages.slice(10, 20))
  const withOwn = applyMessage(before, own)
  const withOlder = applyPage(withOwn, id, page(server.messages.slice(5, 10), true))
  const after = take(withOlder, [change(3, deleted)])
  expect(held(after)).toMatchObject({ messages: server.messages.slice(5), hasAfter: false, lastSeq: 23, unread: 21 })
  const later = applyPage(before, id, page([deleted], true))
  expect(held(later)).toMatchObject({ messages: server.messages.slice(10, 22), hasAfter: false, lastSeq: 22 })
})

test('a deletion inside the window is counted, one outside asks for the server’s count', () => {
  const server = new ModelServer()
  said(server, 30)
  const { state } = following(server)
  const latest = applyPage(state, id, page(server.messages.slice(20), true))
  server.delete(25)
  const inside = take(latest, server.events.splice(0))
  expect(held(inside)).toMatchObject({ unread: 29, recount: false })
  server.delete(5)
  const outside = take(inside, server.events.splice(0))
  expect(held(outside)).toMatchObject({ unread: 29, recount: true })
  expect(held(cache.applySummary(outside, server.summary()))).toMatchObject({ unread: 28, recount: false })
})

test('only a count from the same place is taken', () => {
  const server = new ModelServer()
  said(server, 30)
  const { state } = following(server)
  const read = applyReceipts(state, id, [{ userId: 'me', readSeq: 10, deliveredSeq: 10 }])
  expect(held(read)).toMatchObject({ unread: 20, recount: true })
  const unreported = server.summary()
  expect(held(cache.applySummary(read, unreported))).toMatchObject({ unread: 20, recount: true })
  const ahead = {
    ...server.summary(),
    rev: server.rev + 1,
    memberships: [{ ...server.mine(), readSeq: 10 }],
    unread: 3,
  }
  const loaded = applyPage(read, id, page(server.messages.slice(25), true))
  expect(held(cache.applySummary(loaded, ahead))).toMatchObject({ unread: 20, recount: true })
  const same = { ...ahead, rev: server.rev }
  expect(held(cache.applySummary(loaded, same))).toMatchObject({ unread: 3, recount: false })
})

test('a summary does not drop what is loaded', () => {
  const server = new ModelServer()
  said(server, 3)
  const { state } = following(server)
  const loaded = applyPage(state, id, page(server.messages, false))
  said(server, 1)
  const next = held(cache.applySummary(loaded, server.summary()))
  expect(next).toMatchObject({ messagesLoaded: true, rev: server.rev - 1, lastSeq: 3 })
  expect(held(cache.applySummary(state, server.summary()))).toMatchObject({ rev: server.rev, lastSeq: 4 })
})

test('reading inside the window is counted at once; reading everything ends in zero', () => {
  const server = new ModelServer()
  said(server, 10)
  const { state } = following(server)
  const loaded = applyPage(state, id, page(server.messages, false))
  const half = applyReceipts(loaded, id, [{ userId: 'me', readSeq: 4, deliveredSeq: 4 }])
  expect(held(half)).toMatchObject({ unread: 6, recount: false })
  const back = applyReceipts(half, id, [{ userId: 'me', readSeq: 2, deliveredSeq: 2 }])
  expect(back).toBe(half)
  expect(held(applyReceipts(state, id, [{ userId: 'me', readSeq: 10, deliveredSeq: 10 }]))).toMatchObject({
    unread: 0,
    recount: false,
  })
})

test('what was said before one came in is history, not unread', () => {
  const server = new ModelServer(5)
  const { state } = following(server)
  expect(held(applyPage(state, id, page(server.messages, false)))).toMatchObject({ unread: 0, recount: false })
  said(server, 1)
  const loaded = applyPage(state, id, page(server.messages.slice(0, 5), false))
  expect(held(take(loaded, server.events)).unread).toBe(1)
})

test('the acknowledgement of a message whose predecessors are on their way leaves the row pending', () => {
  const server = new ModelServer()
  const { state } = following(server)
  const loaded = applyPage(state, id, page([], false))
  const row: PendingMessage = {
    id: 'm2',
    conversationId: id,
    senderId: 'me',
    type: 'text',
    body: { kind: 'plain', text: 'mine' },
    createdAt: 0,
    status: 'sending',
    error: null,
    seq: null,
  }
  const sending = withConversation(loaded, id, (now) => ({ ...now, pending: [row] }))
  server.send('bob')
  server.send('me')
  const [first, second] = server.events as [ConversationChange, ConversationChange]
  const [mine] = second.messages as [Message]
  const acknowledged = applyMessage(sending, mine)
  expect(held(acknowledged)).toMatchObject({ messages: [], lastSeq: 0, pending: [{ id: 'm2', seq: 2 }] })
  const complete = held(take(acknowledged, [first, second]))
  expect(complete.messages).toEqual(server.messages)
  expect(complete.pending).toEqual([])
  expect(held(take(sending, [first, second])).pending).toEqual([])
})

test('a removal takes the conversation away at once, and no late answer brings it back', () => {
  const server = new ModelServer()
  const { state } = following(server)
  const late = server.summary()
  const removed: Membership = { ...server.mine(), state: 'removed', rev: server.rev + 3 }
  const event = { conversationId: id, rev: server.rev + 3, memberships: [removed] }
  const gone = cache.applyChange(setTyping(state, id, ['bob']), event).state
  expect(gone.conversations).toEqual({})
  expect(gone.typing).toEqual({})
  expect(cache.applySummary(gone, late).conversations).toEqual({})
  const back: Membership = { ...removed, state: 'active', rev: removed.rev + 1 }
  const again = { ...late, rev: back.rev, memberships: [back] }
  expect(cache.applySummary(gone, again).conversations).toHaveProperty([id])
  const byAccount = cache.applyAccountChange(state, { rev: 2, memberships: [removed], summaries: [] })
  expect(byAccount).toMatchObject({ outcome: 'applied', state: { rev: 2, conversations: {} } })
})

test('somebody else’s leaving leaves a tombstone', () => {
  const server = new ModelServer()
  const { state } = following(server)
  const bob: Membership = { ...(server.memberships.get('bob') as Membership), state: 'left', rev: server.rev + 1 }
  const next = cache.applyChange(state, { conversationId: id, rev: server.rev + 1, memberships: [bob] }).state
  expect(held(next).memberships.bob?.state).toBe('left')
})

test('an invitation becomes a conversation by its summary alone', () => {
  const server = new ModelServer(4)
  const invited: Membership = { ...server.mine(), state: 'invited', joinedSeq: 0 }
  const invitation = { ...server.summary(), memberships: [invited], lastSeq: 0, lastMessage: null, unread: 0 }
  const account = { rev: 1, user: userOf('me'), memberships: [invited], summaries: [invitation] }
  const state = cache.resetAccount(cache.emptyState, account, 'e')
  said(server, 1)
  expect(take(state, server.events)).toBe(state)
  const accepted = { ...server.mine(), rev: server.rev }
  expect(applyMemberships(state, id, [accepted], cache)).toBe(state)
  const entered = cache.applySummary(state, { ...server.summary(), memberships: [accepted] })
  expect(held(entered)).toMatchObject({ lastSeq: 5, rev: server.rev, unread: 1 })
})

test('typing ends with the message, not with an edit of an older one', () => {
  const server = new ModelServer()
  said(server, 1)
  const { state } = following(server)
  const typing = setTyping(state, id, ['bob'])
  server.edit(1)
  const edited = take(typing, server.events.splice(0))
  expect(edited.typing).toEqual({ [id]: ['bob'] })
  server.send('bob')
  expect(take(edited, server.events).typing).toEqual({})
})

test('another epoch or another person starts with nothing of what was held', () => {
  const server = new ModelServer()
  said(server, 3)
  const { state } = following(server)
  const loaded = applyUsers(applyPage(state, id, page(server.messages, false)), [userOf('bob')])
  const anew = cache.resetAccount(loaded, { rev: 0, user: userOf('me'), memberships: [], summaries: [] }, 'f')
  expect(anew).toMatchObject({ epoch: 'f', rev: 0, conversations: {} })
  expect(Object.keys(anew.users)).toContain('bob')
  const other = cache.resetAccount(loaded, { rev: 0, user: userOf('eve'), memberships: [], summaries: [] }, 'e')
  expect(other.me?.id).toBe('eve')
  expect(Object.keys(other.users)).toEqual(['eve'])
})

test('settings that are taken in again keep newer ones', () => {
  const server = new ModelServer()
  const { state } = following(server)
  server.rename('Harbour')
  server.rename('Garden')
  const [older] = server.events as [ConversationChange]
  const now = take(state, server.events)
  expect(held(cache.applySideRows(now, id, older)).conversation.name).toBe('Garden')
})
