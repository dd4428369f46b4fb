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
      'When they were last connected; null if never, while they are connected, and while the server does not know.',
    ),
  })
  .meta({ id: 'Presence' })
export type Presence = z.output<typeof Presence>

const presenceOperations = {
  'presence.set': command({
    summary: 'Sets the status that others see while you are connected; `offline` hides you.',
    http: { method: 'PUT', path: '/presence' },
    input: z.strictObject({
      status: PresenceStatus,
      announce: z
        .boolean()
        .default(false)
        .describe(
          'Sends the status to users who watch you even if it has not changed, for users who could not see it before.',
        ),
    }),
    example: { status: 'away', announce: true },
    output: z.strictObject({ presence: Presence }),
  }),
  'presence.watch': command({
    summary:
      'Answers with the presence of these people and, on a socket, sends their changes from now on, instead of those of people watched before. Includes only people with whom you share a conversation. People who hide from you (because of a block, or because the server shows nothing before an answer) are `offline`.',
    http: { method: 'POST', path: '/presence/watch' },
    input: z.strictObject({ userIds: z.array(Id).max(limits.watched) }),
    example: { userIds: [exampleIds.user] },
    output: z.strictObject({ presences: z.array(Presence) }),
  }),
} as const

const presenceEvents = {
  'presence.updated': ephemeral('The presence of a watched person changed.', Presence),
} as const

export const presence = feature({
  nouns: ['presence'],
  about: 'Who is online, away or busy. Best effort, sent to users who watch the person.',
  operations: presenceOperations,
  events: presenceEvents,
})
