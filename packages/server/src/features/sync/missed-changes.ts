import type { ConversationChange, Membership, Message } from '@parley/protocol'
import type { Position } from '../../cluster/order/position-store.ts'
import type { ConversationAudience, Delivery } from '../../core/deliver.ts'
import type { MissedRows } from './missed-rows.ts'

/**
 * The live events that lead from a position to what the rows are now, one for each rev, each with the rows that have
 * this rev. What happened in between and was changed again is not to be had: its rev comes without rows, so that
 * nobody sees a gap. A device that leaves half-way finds the rest by its position.
 */
export function eventsSince(from: Position, missed: MissedRows, audience: ConversationAudience): Delivery[] {
  const { conversationId, conversation, users } = missed
  const messages = Map.groupBy(missed.messages, ({ rev }) => rev)
  const memberships = Map.groupBy(missed.memberships, ({ rev }) => rev)
  const unseen = unseenSince(from, missed.messages)

  const eventOf = (rev: number): Delivery => {
    const rows = { conversationId, rev }
    const [message] = messages.get(rev) ?? []
    const people = memberships.get(rev)
    const told = (name: string, change: Partial<ConversationChange>, ids: Iterable<string>) => {
      const wanted = new Set(ids)
      return { name, payload: { ...rows, ...change, users: users.filter(({ id }) => wanted.has(id)) }, audience }
    }
    const event = message
      ? messageEvent(message, unseen, told)
      : people
        ? told(
            membershipName(people, from, audience),
            { memberships: people },
            people.map(({ userId }) => userId),
          )
        : {
            name: 'conversation.updated',
            payload: conversation?.rev === rev ? { ...rows, conversation } : rows,
            audience,
          }
    return event as Delivery
  }
  return Array.from({ length: missed.rev - from.rev }, (_, index) => eventOf(from.rev + 1 + index))
}

type Told = (name: string, change: Partial<ConversationChange>, ids: Iterable<string>) => unknown

/** New messages in their order. Whoever cannot sync must see them in it, also those that were edited since. */
function unseenSince({ seq }: Position, messages: readonly Message[]) {
  const waiting = messages
    .filter((message) => message.seq > seq && message.deletedAt === null)
    .sort((one, other) => one.seq - other.seq)
  return {
    has: (message: Message) => waiting.includes(message),
    /** Those up to this place, which are seen from now on. A row may come early; it may never come late. */
    upTo: (place: number) => waiting.splice(0, waiting.filter((message) => message.seq <= place).length),
  }
}

function messageEvent(message: Message, unseen: ReturnType<typeof unseenSince>, told: Told) {
  if (unseen.has(message)) {
    const created = unseen.upTo(message.seq)
    return told(
      'message.created',
      { messages: created },
      created.map(({ senderId }) => senderId),
    )
  }
  const name = message.deletedAt === null ? 'message.updated' : 'message.deleted'
  return told(name, { messages: [message] }, [message.senderId])
}

/** Rows do not say by which event they came to be what they are; for those who are shown it, this is near enough. */
function membershipName(people: readonly Membership[], from: Position, { membershipRev }: ConversationAudience) {
  const [first] = people
  if (!first || first.state === 'invited') return 'membership.updated'
  if (first.state !== 'active') return 'membership.left'
  const mayHaveJoined = membershipRev > from.rev && first.rev <= membershipRev && first.joinedSeq >= from.seq
  return mayHaveJoined ? 'membership.joined' : 'membership.updated'
}
