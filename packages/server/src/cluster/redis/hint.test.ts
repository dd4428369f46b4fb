import { expect, test } from 'vitest'
import type { Delivery } from '../../core/deliver.ts'
import { conversationChannel, userChannel } from '../cluster.ts'
import { decodeHint, encodeHint } from './hint.ts'

const about = { kind: 'room' as const, directUserIds: [] }
const said: Delivery = {
  name: 'message.created',
  payload: { conversationId: 'c1', rev: 3, messages: [] },
  audience: { conversationId: 'c1', membershipRev: 1, about },
}
const channel = conversationChannel('c1')
const text = encodeHint('one', [said])

test('what one node says, another understands, and the one itself does not hear', () => {
  expect(decodeHint('two', channel, text)).toEqual([said])
  expect(decodeHint('one', channel, text)).toEqual([])
})

const changed = (change: (hint: Record<string, unknown>) => void) => {
  const hint = JSON.parse(text.slice(text.indexOf(' ')))
  change(hint)
  return `one ${JSON.stringify(hint)}`
}

test('an event of a later version is left out, and what else came with it is taken', () => {
  const hint = encodeHint('one', [said, { ...said, name: 'unheard of here' } as unknown as Delivery])
  expect(decodeHint('two', channel, hint)).toEqual([said])
})

test('a field that is not known here changes nothing', () => {
  const hint = changed(({ deliveries }) =>
    Object.assign((deliveries as Delivery[])[0]?.payload ?? {}, { mood: 'good' }),
  )
  expect(decodeHint('two', channel, hint)).toMatchObject([said])
})

test.each([
  ['another format', changed((hint) => Object.assign(hint, { version: 2 }))],
  ['no JSON', 'one {'],
  ['nothing', ''],
  ['no list', changed((hint) => Object.assign(hint, { deliveries: 'all' }))],
  ['no audience', encodeHint('one', [{ ...said, audience: undefined } as unknown as Delivery])],
  ['a rev that is none', encodeHint('one', [{ ...said, payload: { ...said.payload, rev: -1 } } as Delivery])],
  [
    'one conversation by the channel of another',
    encodeHint('one', [{ ...said, audience: { conversationId: 'c2', membershipRev: 1, about } } as Delivery]),
  ],
  [
    'the rows of another conversation',
    encodeHint('one', [{ ...said, payload: { ...said.payload, conversationId: 'c2' } } as Delivery]),
  ],
])('%s is not taken', (_, hint) => {
  expect(decodeHint('two', channel, hint)).toEqual([])
})

test('an account hears of itself alone', () => {
  const told: Delivery = {
    name: 'account.updated',
    payload: { rev: 1, memberships: [], summaries: [] },
    audience: { userId: 'u1' },
  }
  expect(decodeHint('two', userChannel('u1'), encodeHint('one', [told]))).toEqual([told])
  expect(decodeHint('two', userChannel('u2'), encodeHint('one', [told]))).toEqual([])
})
