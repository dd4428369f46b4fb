import type { ConversationKind, EventName, Payload } from '@parley/protocol'
import { z } from 'zod'
import { channelKinds, channelSchema } from './channel.ts'

/** The channels of those who are left out: one, or several, which nodes before this version do not understand. */
const Except = z.union([channelSchema(channelKinds), z.array(channelSchema(channelKinds))]).optional()
/** Where the marks of a member stood before they moved, and when they did. */
const MovedReceipt = z.object({ userId: z.string(), readSeq: z.int(), deliveredSeq: z.int(), at: z.int() })
export type MovedReceipt = z.output<typeof MovedReceipt>

export const AboutConversation = z.object({
  kind: z.enum(['direct', 'room']) satisfies z.ZodType<ConversationKind>,
  /** The one or two people of a direct conversation. */
  directUserIds: z.array(z.string()),
  /** Of a direct conversation: its people had another one before it. */
  isLater: z.boolean().optional(),
  /** Of an event about receipts: what they were before. */
  moved: z.array(MovedReceipt).optional(),
  /** Of an event about typing: what the person is called. */
  username: z.string().optional(),
})

const ConversationAudience = z.object({
  channels: z.tuple([channelSchema(['conversation'])]),
  except: Except,
  /** Who the members are, as of this rev: a node that knows an older state reads it again before it delivers. */
  membershipRev: z.int(),
  /** For a change of the members: the membershipRev before it, so that a node which holds that one just applies it. */
  membershipRevBefore: z.int().optional(),
  /** Facts that dialects need and native clients do not. */
  about: AboutConversation,
})

/** The members of a conversation. Only with these facts may an event be sent to its channel. */
export type ConversationAudience = z.output<typeof ConversationAudience>

/**
 * The sockets that an event is sent to: those on its channels without those on a channel `except`. The channels are
 * one that nodes subscribe to, or any number of those that every node hears.
 */
export const Audience = z.union([
  ConversationAudience,
  z.object({
    channels: z.array(channelSchema(channelKinds.filter((kind) => kind !== 'conversation'))),
    except: Except,
    /** Of an end of all access of a user: what was let in before this one has ended. */
    accessRev: z.int().optional(),
  }),
])

export type Audience = z.output<typeof Audience>

/** What sockets speak: the native protocol, or the words of a dialect. */
export type Vocabulary = 'native' | 'foreign'

/** An event that happened (a durable one is committed), and its audience. */
export type Delivery<N extends EventName = EventName> = {
  [K in N]: {
    name: K
    payload: Payload<K>
    audience: Audience
    /** Left out where all sockets hear it. A node says it of what it caught up with itself; hints to other nodes do not. */
    only?: Vocabulary
  }
}[N]
