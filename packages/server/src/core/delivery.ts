import type { ConversationKind, EventName, Payload } from '@parley/protocol'
import { z } from 'zod'
import { channelKinds, channelSchema } from './channel.ts'

/** Sockets on these channels are left out: one channel, or a list, which older nodes do not understand. */
const Except = z.union([channelSchema(channelKinds), z.array(channelSchema(channelKinds))]).optional()
/**
 * A member's read and delivered positions before they moved; `at`: when they moved, in milliseconds since 1970. If the
 * delivered position passed messages that no device received, `deliveredSeq` is that of the last of them.
 */
const MovedReceipt = z.object({ userId: z.string(), readSeq: z.int(), deliveredSeq: z.int(), at: z.int() })
export type MovedReceipt = z.output<typeof MovedReceipt>

/** Facts about the conversation of an event that dialects need and native clients do not. */
export const AboutConversation = z.object({
  kind: z.enum(['direct', 'room']) satisfies z.ZodType<ConversationKind>,
  /** The one or two users of a direct conversation; empty for a room. */
  directUserIds: z.array(z.string()),
  /** Direct conversations only: its users already had another one when it was made. */
  isLater: z.boolean().optional(),
  /** Receipt events only: the receipts before the event. */
  moved: z.array(MovedReceipt).optional(),
  /** Typing events only: the name of the user who types. */
  username: z.string().optional(),
})

const ConversationAudience = z.object({
  channels: z.tuple([channelSchema(['conversation'])]),
  except: Except,
  /** The rev of the member list that the event is for: a node with an older list reads it again before it delivers. */
  membershipRev: z.int(),
  /** Changes of members only: the membershipRev before it. A node with that list applies the change without a read. */
  membershipRevBefore: z.int().optional(),
  about: AboutConversation,
})

/** The members of a conversation. Only with these facts may an event be sent to its channel. */
export type ConversationAudience = z.output<typeof ConversationAudience>

/**
 * The sockets that an event is sent to: those on its channels, but not those on a channel of `except`. The channels are
 * either one that nodes subscribe to, or any number of those that every node hears.
 */
export const Audience = z.union([
  ConversationAudience,
  z.object({
    channels: z.array(channelSchema(channelKinds.filter((kind) => kind !== 'conversation'))),
    except: Except,
    /** Set if all access of the user ends: connections that were admitted at a lower number end. */
    accessRev: z.int().optional(),
  }),
])

export type Audience = z.output<typeof Audience>

/** The language of a socket: the native protocol, or that of a dialect. */
export type Vocabulary = 'native' | 'foreign'

/** An event that happened (a durable one is committed), and its audience. */
export type Delivery<N extends EventName = EventName> = {
  [K in N]: {
    name: K
    payload: Payload<K>
    audience: Audience
    /**
     * Sends the event only to sockets of this vocabulary; if left out, to all. A node sets it on events that it reads
     * itself to catch up. It is not part of the hints to other nodes.
     */
    only?: Vocabulary
  }
}[N]
