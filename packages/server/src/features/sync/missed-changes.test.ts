import type { ConversationChange, Membership, Message } from '@parley/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ConversationAudience } from '../../core/delivery.ts'
import type { Position } from '../../core/rows/row-kind.ts'
import { membershipRows } from '../memberships/membership-rows.ts'
import { messageRows } from '../messages/message-rows.ts'
import { eventsSince } from './missed-changes.ts'

const conversationId = 'c1'
const audience: ConversationAudience = {
  channels: [{ kind: 'conversation', id: conversationId }],
  membershipRev: 1,
  about: { kind: 'room', directUserIds: [] },
}

const messageOf = (seq: number, rev: number, isDeleted: boolean): Message => ({
  id: `m${seq}`,
  conversationId,
  seq,
  rev,
  senderId: `u${seq % 3}`,
  type: 'text',
  body: isDeleted ? null : { kind: 'plain', text: `said ${seq} at ${rev}` },
  createdAt: 0,
  editedAt: null,
  deletedAt: isDeleted ? 1 : null,
})

/** A conversation that somebody changed step by step: each step sends, edits or deletes, and takes one rev. */
function play(steps: readonly { what: 'send' | 'edit' | 'delete'; which: number }[]) {
  const rows = new Map<number, Message>()
  const states: { rev: number; seq: number; rows: Map<number, Message> }[] = [{ rev: 1, seq: 0, rows: new Map() }]
  let rev = 1
  for (const { what, which } of steps) {
    rev += 1
    const chosen = [...rows.keys()][which % Math.max(rows.size, 1)]
    if (what === 'send' || chosen === undefined) rows.set(rows.size + 1, messageOf(rows.size + 1, rev, false))
    else rows.set(chosen, messageOf(chosen, rev, what === 'delete' || rows.get(chosen)?.deletedAt !== null))
    states.push({ rev, seq: rows.size, rows: new Map(rows) })
  }
  return states
}

const histories = fc.array(
  fc.record({
    what: fc.constantFrom('send' as const, 'send' as const, 'edit' as const, 'delete' as const),
    which: fc.nat(20),
  }),
  { minLength: 1, maxLength: 30 },
)

const membershipOf = (rev: number): Membership => ({
  conversationId,
  userId: 'u1',
  role: 'member',
  state: 'active',
  readSeq: 0,
  deliveredSeq: 0,
  joinedAt: 0,
  joinedSeq: 0,
  rev,
})

const eventsOf = (from: Position, change: ConversationChange) =>
  eventsSince([membershipRows, messageRows], from, { change, sideOf: () => ({}) }, audience)

const between = (from: { rev: number; seq: number }, to: { rev: number; rows: Map<number, Message> }) => {
  const messages = [...to.rows.values()].filter((row) => row.rev > from.rev)
  return eventsOf(from, { conversationId, rev: to.rev, messages, memberships: [] })
}

const rowsOf = (events: ReturnType<typeof between>) =>
  events.flatMap(({ payload }) => ('messages' in payload ? (payload.messages ?? []) : []))

test('the events of a gap lead to the present state, with rising revisions', () => {
  fc.assert(
    fc.property(histories, fc.nat(), (steps, cut) => {
      const states = play(steps)
      const from = states[cut % states.length]
      const to = states.at(-1)
      if (!from || !to) return
      const events = between(from, to)
      expect(events.map(({ payload }) => 'rev' in payload && payload.rev)).toEqual(
        Array.from({ length: to.rev - from.rev }, (_, index) => from.rev + 1 + index),
      )
      const held = new Map(from.rows)
      for (const row of rowsOf(events)) if (row.rev >= (held.get(row.seq)?.rev ?? 0)) held.set(row.seq, row)
      expect(held).toEqual(to.rows)
    }),
  )
})

test('a client that stops half-way has missed nothing before its position', () => {
  fc.assert(
    fc.property(histories, fc.nat(), fc.nat(), (steps, cut, end) => {
      const states = play(steps)
      const from = states[cut % states.length]
      const to = states.at(-1)
      if (!from || !to || to.rev === from.rev) return
      const events = between(from, to)
      const heard = events.slice(0, 1 + (end % events.length))
      const position = from.rev + heard.length
      const held = new Set(rowsOf(heard).map(({ id, rev }) => `${id} ${rev}`))
      const due = [...to.rows.values()].filter(({ rev }) => rev > from.rev && rev <= position)
      expect(due.filter(({ id, rev }) => !held.has(`${id} ${rev}`))).toEqual([])
    }),
  )
})

test('each new message is created once, in order, before other events about it', () => {
  fc.assert(
    fc.property(histories, fc.nat(), (steps, cut) => {
      const states = play(steps)
      const from = states[cut % states.length]
      const to = states.at(-1)
      if (!from || !to) return
      const created = between(from, to)
        .filter(({ name }) => name === 'message.created')
        .flatMap(({ payload }) => ('messages' in payload ? (payload.messages ?? []) : []))
      const expected = [...to.rows.values()].filter(({ seq, deletedAt }) => seq > from.seq && deletedAt === null)
      expect(created.map(({ seq }) => seq)).toEqual(expected.map(({ seq }) => seq))
    }),
  )
})

test('a change of two kinds of rows is one event with both', () => {
  const change = { conversationId, rev: 2, messages: [messageOf(1, 2, false)], memberships: [membershipOf(2)] }
  const events = eventsOf({ rev: 1, seq: 0 }, change)
  expect(events).toMatchObject([
    { name: 'message.created', payload: { rev: 2, messages: [{ rev: 2 }], memberships: [{ rev: 2 }] } },
  ])
})
