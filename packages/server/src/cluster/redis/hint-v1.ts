import { z } from 'zod'
import type { Channel } from '../../core/channel.ts'
import { AboutConversation, type Audience } from '../../core/delivery.ts'

/**
 * The four audiences of version 1, which wrote each in a form of its own. They must not change. Remove them in a
 * release whose predecessor reads version 2: only then no node of version 1 can be running during an upgrade.
 */
const Conversation = z.object({
  conversationId: z.string(),
  membershipRev: z.int(),
  membershipRevBefore: z.int().optional(),
  about: AboutConversation,
  exceptUserId: z.string().optional(),
})
const User = z.object({ userId: z.string() })
const Sessions = z.object({ sessionIds: z.array(z.string()) })
const Watchers = z.object({ watchersOf: z.string() })

type Written =
  | z.output<typeof Conversation>
  | z.output<typeof User>
  | z.output<typeof Sessions>
  | z.output<typeof Watchers>

const channel = <K extends Channel['kind']>(kind: K, id: string): Channel<K> => ({ kind, id })

/** The schema that reads an audience in one of the four forms of version 1, and returns it in the present form. */
export const AudienceV1 = z.union([
  Conversation.transform(
    ({ conversationId, exceptUserId, ...facts }): Audience => ({
      channels: [channel('conversation', conversationId)],
      ...facts,
      ...(exceptUserId === undefined ? {} : { except: channel('user', exceptUserId) }),
    }),
  ),
  User.transform(({ userId }): Audience => ({ channels: [channel('user', userId)] })),
  Sessions.transform(({ sessionIds }): Audience => ({ channels: sessionIds.map((id) => channel('session', id)) })),
  Watchers.transform(({ watchersOf }): Audience => ({ channels: [channel('watchers', watchersOf)] })),
])

/**
 * Returns the audience in the form of version 1; undefined if that version cannot express it. It can express a
 * conversation with at most one excluded user, one user, sessions, or the watchers of one user, all of them without an
 * `accessRev`.
 */
export function toAudienceV1(audience: Audience): Written | undefined {
  if ('membershipRev' in audience) {
    const { channels, except, ...facts } = audience
    if (except && (Array.isArray(except) || except.kind !== 'user')) return undefined
    return { conversationId: channels[0].id, ...facts, ...(except ? { exceptUserId: except.id } : {}) }
  }
  const { channels, except, accessRev } = audience
  if (except || accessRev !== undefined) return undefined
  if (channels.every(({ kind }) => kind === 'session')) return { sessionIds: channels.map(({ id }) => id) }
  const [only, ...others] = channels
  if (!only || others.length > 0) return undefined
  if (only.kind === 'user') return { userId: only.id }
  return only.kind === 'watchers' ? { watchersOf: only.id } : undefined
}
