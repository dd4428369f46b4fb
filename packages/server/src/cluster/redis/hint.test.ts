import { expect, test } from 'vitest'
import type { Audience, Delivery } from '../../core/delivery.ts'
import { decodeHint, encodeHint } from './hint.ts'

const about = { kind: 'direct' as const, directUserIds: ['u1', 'u2'], isLater: true }
const said: Delivery = {
  name: 'message.created',
  payload: { conversationId: 'c1', rev: 3, messages: [] },
  audience: { channels: [{ kind: 'conversation', id: 'c1' }], membershipRev: 1, about },
}
const channel = 'c:c1'
const text = encodeHint('one', [said])

test('another node reads a hint, and the node that wrote it ignores it', () => {
  expect(decodeHint('two', channel, text)).toEqual([said])
  expect(decodeHint('one', channel, text)).toEqual([])
})

test('another node reads the access number of an end of all access', () => {
  const audience = { channels: [{ kind: 'user' as const, id: 'u1' }], accessRev: 3 }
  const ended: Delivery = { name: 'session.ended', payload: { reason: 'revoked' }, audience }
  expect(decodeHint('two', 'u:u1', encodeHint('one', [ended]))).toEqual([ended])
})

const changed = (change: (hint: Record<string, unknown>) => void) => {
  const hint = JSON.parse(text.slice(text.indexOf(' ')))
  change(hint)
  return `one ${JSON.stringify(hint)}`
}

test('an event of a later version is left out, and the others of its hint are read', () => {
  const hint = encodeHint('one', [said, { ...said, name: 'unheard of here' } as unknown as Delivery])
  expect(decodeHint('two', channel, hint)).toEqual([said])
})

test('an unknown field changes nothing', () => {
  const hint = changed(({ deliveries }) =>
    Object.assign((deliveries as Delivery[])[0]?.payload ?? {}, { mood: 'good' }),
  )
  expect(decodeHint('two', channel, hint)).toMatchObject([said])
})

test.each([
  ['another format', changed((hint) => Object.assign(hint, { version: 3 }))],
  ['no JSON', 'one {'],
  ['nothing', ''],
  ['no list', changed((hint) => Object.assign(hint, { deliveries: 'all' }))],
  [
    'no audience',
    changed(({ deliveries }) => Object.assign((deliveries as Delivery[])[0] ?? {}, { audience: undefined })),
  ],
  ['a rev that is none', encodeHint('one', [{ ...said, payload: { ...said.payload, rev: -1 } } as Delivery])],
  [
    'one conversation by the channel of another',
    encodeHint('one', [
      { ...said, audience: { channels: [{ kind: 'conversation', id: 'c2' }], membershipRev: 1, about } } as Delivery,
    ]),
  ],
  [
    'the rows of another conversation',
    encodeHint('one', [{ ...said, payload: { ...said.payload, conversationId: 'c2' } } as Delivery]),
  ],
])('%s is not taken', (_, hint) => {
  expect(decodeHint('two', channel, hint)).toEqual([])
})

test('an event of an account is read only on the channel of its user', () => {
  const told: Delivery = {
    name: 'account.updated',
    payload: { rev: 1, memberships: [], summaries: [] },
    audience: { channels: [{ kind: 'user', id: 'u1' }] },
  }
  expect(decodeHint('two', 'u:u1', encodeHint('one', [told]))).toEqual([told])
  expect(decodeHint('two', 'u:u2', encodeHint('one', [told]))).toEqual([])
})

/** As a node of version 1 wrote them, letter by letter, with the topics that it published them on. */
const ofVersion1: [string, Audience, string][] = [
  [
    'c:c1',
    {
      channels: [{ kind: 'conversation', id: 'c1' }],
      membershipRev: 4,
      membershipRevBefore: 3,
      about: { kind: 'direct', directUserIds: ['u1', 'u2'] },
      except: { kind: 'user', id: 'u1' },
    },
    '{"conversationId":"c1","membershipRev":4,"membershipRevBefore":3,"about":{"kind":"direct","directUserIds":["u1","u2"]},"exceptUserId":"u1"}',
  ],
  ['u:u1', { channels: [{ kind: 'user', id: 'u1' }] }, '{"userId":"u1"}'],
  ['nodes', { channels: ['s1', 's2'].map((id) => ({ kind: 'session', id })) }, '{"sessionIds":["s1","s2"]}'],
  ['nodes', { channels: [] }, '{"sessionIds":[]}'],
  ['nodes', { channels: [{ kind: 'watchers', id: 'u1' }] }, '{"watchersOf":"u1"}'],
]

test.each(ofVersion1)('a node of version 1 and this one understand each other (%s, %j)', (topic, audience, written) => {
  const delivery = { name: 'sync.hinted', payload: { conversationId: 'c1' }, audience } as unknown as Delivery
  const hint = `{"version":1,"deliveries":[{"name":"sync.hinted","payload":{"conversationId":"c1"},"audience":${written}}]}`
  expect(decodeHint('two', topic, `one ${hint}`)).toEqual([delivery])
  expect(JSON.parse(encodeHint('one', [delivery]).slice('one '.length))).toEqual(JSON.parse(hint))
})

test('an audience that version 1 cannot express is written in version 2, and read completely', () => {
  const others: Delivery = {
    ...said,
    audience: { ...said.audience, except: { kind: 'session', id: 's1' } },
  } as Delivery
  const hint = encodeHint('one', [said, others])
  expect(hint).toMatch(/^one \{"version":2,/)
  expect(decodeHint('two', channel, hint)).toEqual([said, others])
})

test.each([
  ['a conversation without the facts about its members', { channels: [{ kind: 'conversation', id: 'c1' }] }],
  ['a kind of channel that is not known here', { channels: [{ kind: 'thread', id: 'c1' }] }],
])('an audience of %s is not taken', (_, audience) => {
  const hint = JSON.stringify({ version: 2, deliveries: [{ ...said, audience }] })
  expect(decodeHint('two', channel, `one ${hint}`)).toEqual([])
  expect(decodeHint('two', 'nodes', `one ${hint}`)).toEqual([])
})
