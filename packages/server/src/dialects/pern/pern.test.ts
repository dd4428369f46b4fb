import { readFileSync } from 'node:fs'
import { type EventName, events, type Payload } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Answer, ConversationFacts, Emission, IncomingResult, StatusChange } from '../dialect.ts'
import { lent, noAnchors, play, type RecordedStep, readTranscript } from '../transcript.ts'
import { routeFailed } from './failures.ts'
import { incoming } from './incoming.ts'
import { outgoing, statuses } from './outgoing.ts'
import { pern } from './pern.ts'

// Some of what they hear says when it was told.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_763_690_007_000 }))
afterAll(() => void vi.useRealTimers())

const folder = new URL('./', import.meta.url)

interface Exchange {
  title: string
  event: string
  argument?: unknown
  steps: RecordedStep[]
  result?: IncomingResult
  failed?: Emission[]
}

describe('recorded events', () => {
  const { caller, exchanges } = readTranscript<Exchange>(folder, 'events')
  test.each(exchanges)('$event: $title', ({ event, argument, steps, result, failed }) => {
    const known = incoming[event]
    if (!known) throw new Error(`${event} is not in the vocabulary`)
    const outcome = play(known.plan(argument, { user: caller, ...lent }, noAnchors), steps)
    if (failed) expect('error' in outcome && known.failed(outcome.error.error)).toEqual(failed)
    else expect(outcome).toEqual({ result })
  })

  test('every event of the vocabulary has a recording', () => {
    expect(new Set(exchanges.map(({ event }) => event))).toEqual(new Set(Object.keys(incoming)))
  })
})

interface Request {
  title: string
  route: string
  params: Record<string, string>
  query: Record<string, string>
  body?: unknown
  anchor?: number
  steps: RecordedStep[]
  answer?: Answer
  failed?: Answer
}

describe('recorded requests', () => {
  const { caller, exchanges } = readTranscript<Request>(folder, 'routes')
  test.each(exchanges)('$route: $title', ({ route: name, params, query, body, anchor, steps, answer, failed }) => {
    const route = pern.routes.find(({ method, path }) => `${method} ${path}` === name)
    if (!route) throw new Error(`${name} is not in the vocabulary`)
    const request = { params, query, body, anchor }
    const outcome = play(route.plan(request, { user: caller, ...lent }), steps)
    if (failed) expect('error' in outcome && routeFailed(outcome.error.error)).toEqual(failed)
    else expect(outcome).toEqual({ result: answer })
  })

  test('every request of the vocabulary has a recording', () => {
    const known = pern.routes.map(({ method, path }) => `${method} ${path}`)
    expect(new Set(exchanges.map(({ route }) => route))).toEqual(new Set(known))
  })
})

interface Told<N extends EventName = EventName> {
  title: string
  event: N
  payload: Payload<N>
  about: ConversationFacts | null
  emissions: Emission[]
}

interface ToldStatus {
  title: string
  change: StatusChange
  about: ConversationFacts
  emissions: Emission[]
}

const recorded: { events: Told[]; statuses: ToldStatus[] } = JSON.parse(
  readFileSync(new URL('transcripts/outgoing.json', folder), 'utf8'),
)

const translate = <N extends EventName>(event: N, payload: Payload<N>, about: ConversationFacts | null) =>
  outgoing[event]?.(payload, about, lent)

describe('events sent to clients', () => {
  test.each(recorded.events)('$event: $title', ({ event, payload, about, emissions }) => {
    events[event].payload.parse(payload)
    expect(translate(event, payload, about)).toEqual(emissions)
  })

  test.each(recorded.statuses)('the status of a message that was $title', ({ change, about, emissions }) => {
    expect(statuses(change, about)).toEqual(emissions)
  })

  test('every event sent to clients has a recording', () => {
    expect(new Set(recorded.events.map(({ event }) => event))).toEqual(new Set(Object.keys(outgoing)))
  })
})
