import { z } from 'zod'

/**
 * The letter that begins the names of a kind, and whether nodes subscribe to those they need, or hear all of that kind.
 */
const kinds = {
  /** The members of a conversation. */
  conversation: { letter: 'c', isSubscribed: true },
  /** All sockets of a user. */
  user: { letter: 'u', isSubscribed: true },
  /** The sockets of a session. */
  session: { letter: 's', isSubscribed: false },
  /** The sockets that watch a user's presence. */
  watchers: { letter: 'p', isSubscribed: false },
}

export type ChannelKind = keyof typeof kinds

/** Events are sent to channels, and sockets listen to them. Two with the same kind and id are the same channel. */
export interface Channel<K extends ChannelKind = ChannelKind> {
  kind: K
  id: string
}

export const channelKinds = Object.keys(kinds) as ChannelKind[]

const kindsByLetter = new Map(channelKinds.map((kind) => [kinds[kind].letter, kind]))

/** The name of a channel, which `parseChannel` reads: a key, a room of Socket.IO and a channel of Redis. */
export const channelName = ({ kind, id }: Channel): string => `${kinds[kind].letter}:${id}`

/** Reads a name that `channelName` made; undefined if it begins with no known letter and a colon. Accepts any id. */
export function parseChannel(name: string): Channel | undefined {
  const kind = name[1] === ':' ? kindsByLetter.get(name.charAt(0)) : undefined
  return kind && { kind, id: name.slice(2) }
}

/** Do events of such a channel reach only nodes that subscribed to it? It does not say whether this node did. */
export const isSubscribed = ({ kind }: Channel): boolean => kinds[kind].isSubscribed

/** Makes the schema of a channel of one of these kinds. It accepts any text as the id. */
export const channelSchema = <K extends ChannelKind>(of: readonly K[]) => z.object({ kind: z.enum(of), id: z.string() })
