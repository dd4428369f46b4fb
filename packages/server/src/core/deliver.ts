import type { ConversationKind, EventName, Payload } from '@parley/protocol'
import type { Logger } from 'pino'

/** What a stranger to the conversation's rows must know about it. */
export interface About {
  kind: ConversationKind
  /** The one or two people of a direct conversation. */
  directUserIds: string[]
}

export interface ConversationAudience {
  conversationId: string
  /** Who may listen, as of this rev: a node that knows an older state reads it again before it delivers. */
  membershipRev: number
  /** For a change of who may listen: the membershipRev before it, so that a node which holds that one just applies it. */
  membershipRevBefore?: number
  about: About
  exceptUserId?: string
}

/** Who hears an event. */
export type Audience = ConversationAudience | { userId: string } | { sessionIds: string[] } | { watchersOf: string }

/** An event that happened (a durable one is committed), and who hears it. */
export type Delivery<N extends EventName = EventName> = {
  [K in N]: { name: K; payload: Payload<K>; audience: Audience }
}[N]

type Listener = (deliveries: readonly Delivery[]) => void | Promise<void>

/** Hands events to whoever listens on this node: the transports, and features that react to each other. */
export interface Deliver {
  /** All that a commit produced, in order and in one turn, so that the frames of a socket leave together. */
  (deliveries: readonly Delivery[]): Promise<void>
  listen(listener: Listener): void
}

export function createDeliver(log: Logger): Deliver {
  const listeners: Listener[] = []
  const deliver = async (deliveries: readonly Delivery[]) => {
    for (const listener of listeners) {
      try {
        const waiting = listener(deliveries)
        if (waiting) await waiting
      } catch (error) {
        // What was committed stays committed: a client that misses its event finds the gap and syncs.
        log.error({ err: error }, 'delivery failed')
      }
    }
  }
  return Object.assign(deliver, { listen: (listener: Listener) => void listeners.push(listener) })
}
