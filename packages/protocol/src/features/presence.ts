import { z } from 'zod'
import { command, ephemeral, feature } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, limits, Timestamp } from '../primitives.ts'

export const PresenceStatus = z.enum(['online', 'away', 'busy', 'offline'])
export type PresenceStatus = z.output<typeof PresenceStatus>

export const Presence = z
  .strictObject({
    userId: Id,
    status: PresenceStatus,
    lastSeenAt: Timestamp.nullable().describe(
      'When they were last connected; null if never, while they are, and where it is not known at the moment.',
    ),
  })
  .meta({ id: 'Presence' })
export type Presence = z.output<typeof Presence>

const presenceOperations = {
  'presence.set': command({
    summary: 'How you want to appear while connected; `offline` hides you.',
    http: { method: 'PUT', path: '/presence' },
    input: z.strictObject({
      status: PresenceStatus,
      announce: z
        .boolean()
        .default(false)
        .describe('Tells it also if it has not changed: to people who share a conversation only since then.'),
    }),
    example: { status: 'away', announce: true },
    output: z.strictObject({ presence: Presence }),
  }),
  'presence.watch': command({
    summary:
      'Tells the presence of these people now and, on a socket, from now on; replaces what was watched before. Only people with whom you share a conversation are told.',
    http: { method: 'POST', path: '/presence/watch' },
    input: z.strictObject({ userIds: z.array(Id).max(limits.watched) }),
    example: { userIds: [exampleIds.user] },
    output: z.strictObject({ presences: z.array(Presence) }),
  }),
} as const

const presenceEvents = {
  'presence.updated': ephemeral('A watched person came, went or changed their status.', Presence),
} as const

export const presence = feature({
  nouns: ['presence'],
  about: 'Who is online, away or busy. Best effort, told to those who watch.',
  operations: presenceOperations,
  events: presenceEvents,
})
