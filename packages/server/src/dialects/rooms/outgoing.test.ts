import { readFileSync } from 'node:fs'
import { type EventName, events, type Payload } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import type { ConversationFacts, Emission } from '../dialect.ts'
import { lent } from '../transcript.ts'
import { outgoing } from './outgoing.ts'

interface Recorded<N extends EventName = EventName> {
  title: string
  event: N
  payload: Payload<N>
  about: ConversationFacts | null
  emissions: Emission[]
}

const recorded: { events: Recorded[] } = JSON.parse(
  readFileSync(new URL('./transcripts/outgoing.json', import.meta.url), 'utf8'),
)

const translate = <N extends EventName>(event: N, payload: Payload<N>, about: ConversationFacts | null) =>
  outgoing[event]?.(payload, about, lent)

describe('events sent to clients', () => {
  test.each(recorded.events)('$event: $title', ({ event, payload, about, emissions }) => {
    events[event].payload.parse(payload)
    expect(translate(event, payload, about)).toEqual(emissions)
  })

  test.each([
    'conversation.updated',
    'membership.updated',
    'receipt.updated',
    'sync.hinted',
    'session.expiring',
  ] as const)('%s is not sent to clients', (event) => {
    expect(outgoing[event]).toBeUndefined()
  })

  test('the text of a sealed message is never sent', () => {
    expect(JSON.stringify(recorded.events.map(({ emissions }) => emissions))).not.toContain('c2VjcmV0')
  })
})
