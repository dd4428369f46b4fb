import { describe, expect, test } from 'vitest'
import type { Emission, IncomingResult } from '../dialect.ts'
import { lent, noAnchors, play, type RecordedStep, readTranscript } from '../transcript.ts'
import { incoming } from './incoming.ts'

interface Exchange {
  title: string
  event: string
  argument: unknown
  steps: RecordedStep[]
  result?: IncomingResult
  failed?: Emission[]
}

const incomingOf = (event: string) => {
  const known = incoming[event]
  if (!known) throw new Error(`${event} is not in the vocabulary`)
  return known
}

describe.each(['room-events', 'message-events', 'presence-events'])('recorded events: %s', (name) => {
  const { caller, exchanges } = readTranscript<Exchange>(new URL('./', import.meta.url), name)
  test.each(exchanges)('$event: $title', ({ event, argument, steps, result, failed }) => {
    const { plan, failed: fail } = incomingOf(event)
    const outcome = play(plan(argument, { user: caller, ...lent }, noAnchors), steps)
    if (failed) expect('error' in outcome && fail(outcome.error.error)).toEqual(failed)
    else expect(outcome).toEqual({ result })
  })
})

const { caller: user } = readTranscript(new URL('./', import.meta.url), 'room-events')

const deep = (levels: number): unknown => {
  let value: unknown = 'bottom'
  for (let level = 0; level < levels; level += 1) value = { roomId: value, content: value, rooms: [value] }
  return value
}

/** Nothing here is what any of the events takes. */
const malformed: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 7],
  ['NaN', Number.NaN],
  ['true', true],
  ['a function', () => 'called'],
  ['an empty object', {}],
  ['an empty list', []],
  ['a list of ids', ['019a0000-0000-7000-8000-00000000000a']],
  ['a list of lists', [[[[]]]]],
  ['objects where texts belong', { roomId: {}, messageId: {}, receiverId: {}, content: {}, rooms: {}, status: {} }],
  ['operators as ids', { roomId: { $ne: null }, messageId: { $gt: '' }, receiverId: { $ne: null }, content: 'x' }],
  ['numbers where texts belong', { roomId: 1, messageId: 1, receiverId: 1, content: 1, rooms: [1], status: 1 }],
  ['nulls where texts belong', { roomId: null, messageId: null, receiverId: null, content: null, rooms: null }],
  ['__proto__ alone', JSON.parse('{"__proto__":{"roomId":"x","messageId":"x","receiverId":"x","content":"x"}}')],
  [
    'inherited fields',
    Object.create({ roomId: 'x', messageId: 'x', receiverId: 'x', content: 'x', rooms: ['room:x'] }),
  ],
  ['constructor', JSON.parse('{"constructor":{"prototype":{"roomId":"x"}}}')],
  ['very deep', deep(20_000)],
  ['a binary', new Uint8Array(1_000)],
  ['too many rooms', { rooms: Array.from({ length: 10_000 }, (_, place) => `room:${place}`) }],
  ['no rooms', { rooms: [] }],
]

describe('malformed arguments', () => {
  for (const [event, { plan, failed }] of Object.entries(incoming)) {
    test.each(malformed)(`${event} with %s is refused before any operation runs`, (_, argument) => {
      const outcome = play(plan(argument, { user, ...lent }, noAnchors))
      const error = 'error' in outcome ? outcome.error.error : undefined
      expect(error?.code).toBe('invalid_input')
      expect(error && failed(error)).toEqual([
        { event: 'error', payload: expect.objectContaining({ code: expect.stringMatching(/^[A-Z]+_FAILED$/) }) },
      ])
    })
  }

  const content = 'x'.repeat(1_000_000)
  test.each([
    ['message:send', { roomId: 'r', content }],
    ['message:send', { roomId: 'r', content: ' \n ' }],
    ['message:send', { roomId: 'r', content: '' }],
    ['message:send', { roomId: 'r', content: 'a\u0000b' }],
    ['message:send', { roomId: 'r', content: 'a\ud800' }],
    ['message:send', { roomId: 'r', content: 'x', type: 'system' }],
    ['message:send', { roomId: 'r', content: 'x', type: 'anything' }],
    ['message:send', { roomId: 'r', content: 'x', type: ['text'] }],
    ['dm:send', { receiverId: 'r', content }],
    ['dm:send', { receiverId: 'r', content: '' }],
    ['dm:send', { receiverId: 'r', content: 'x', type: 'system' }],
    ['presence:update', 'offline'],
    ['presence:update', 'invisible'],
    ['presence:update', { status: 'offline' }],
    ['presence:update', content],
  ])('%s with content that may not be sent', (event, argument) => {
    const outcome = play(incomingOf(event).plan(argument, { user, ...lent }, noAnchors))
    expect('error' in outcome && outcome.error.error.code).toBe('invalid_input')
  })
})

test('the failure codes are those of the documents', () => {
  const error = { code: 'internal', message: 'The server failed.', requestId: 'r1' } as const
  const codes = Object.entries(incoming).map(([event, { failed }]) => [event, failed(error)[0]?.payload])
  expect(Object.fromEntries(codes)).toMatchObject({
    'room:join': { code: 'JOIN_FAILED', message: 'The server failed.' },
    join: { code: 'JOIN_FAILED' },
    'message:send': { code: 'SEND_FAILED' },
    'message:edit': { code: 'EDIT_FAILED' },
    'message:delete': { code: 'DELETE_FAILED' },
    'dm:send': { code: 'DM_FAILED' },
  })
})
