import { type ConversationSummary, type Input, limits, type Message, type SideRows, type User } from '@parley/protocol'
import { type Plan, PlanError, run } from './dialect.ts'
import { outcomeOf } from './outcome.ts'

/**
 * Returns the caller's direct conversation with a user, for clients that know only one with each; null if there is
 * none, also for an unknown user: it opens none. Two users may have several with different contexts: then it is the
 * one without a context, else the earliest, where the other user awaits answers. Refusals, as of a malformed id, are
 * thrown.
 */
export function* findDirect(userId: string): Plan<ConversationSummary | null> {
  const { summary } = yield* run('conversation.findDirect', { userId })
  return summary ?? (yield* run('conversation.findDirect', { userId, earliest: true })).summary
}

/** Foreign clients get the whole list in one answer, so its length must be limited. */
const most = 10_000

/**
 * True if a membership in the summary shows the user as active, and not only as invited. A summary of a room has only
 * the membership of the caller, so it is false for other members.
 */
export const isIn = ({ memberships }: ConversationSummary, { id }: User): boolean =>
  memberships.some(({ userId, state }) => userId === id && state === 'active')

interface Wanted extends Pick<Input<'conversation.list'>, 'kind'> {
  /** As many are enough; if left out, all are wanted. */
  enough?: number
}

/**
 * Returns the conversations, of one `kind` if given, of which `user`, the caller, is an active member, the latest
 * active first. Invitations are left out, because no document has a word for them. It reads whole pages until it has
 * `enough`, so there may be more than that, or until it has read 10,000, invitations included; the rest is left out
 * without a sign.
 */
export function* listedConversations(
  user: User,
  { enough = most, ...wanted }: Wanted = {},
): Plan<ConversationSummary[]> {
  const found: ConversationSummary[] = []
  let read = 0
  let after: { after?: string } = {}
  for (;;) {
    const { summaries, next } = yield* run('conversation.list', { ...wanted, ...after, limit: limits.positions })
    read += summaries.length
    found.push(...summaries.filter((summary) => isIn(summary, user)))
    if (next === undefined || read >= most || found.length >= enough) return found
    after = { after: next }
  }
}

/** A conversation with the message that a list shows. */
export interface ShownConversation extends ConversationSummary {
  /** The latest message that is not deleted; `lastMessage` may be a later one that is. */
  shown: Message | null
}

/**
 * Returns these conversations, in their order, with the messages that lists show, and the rows beside those. Reads only
 * those whose last message was deleted, a hundred at once. If a read is refused, such as by the rate limit, the rest of
 * them show none; so do those in which the last thousand messages are deleted.
 */
export function* withShown(summaries: readonly ConversationSummary[]): Plan<ShownConversation[]> {
  const found = new Map<string, Message>()
  const beside: SideRows = { users: [], attachments: [], tallies: [], offers: [] }
  const hidden = summaries.filter(({ lastMessage }) => lastMessage !== null && lastMessage.deletedAt !== null)
  const left = hidden.map(({ conversation }) => conversation.id)
  while (left.length > 0) {
    const conversationIds = left.splice(0, limits.people)
    const latest = yield* outcomeOf(run('message.latest', { conversationIds }))
    if (latest instanceof PlanError) break
    left.unshift(...latest.rest)
    for (const message of latest.messages) found.set(message.conversationId, message)
    for (const name of ['users', 'attachments', 'tallies', 'offers'] as const) {
      ;(beside[name] as unknown[]).push(...latest[name])
    }
  }
  return summaries.map((summary) => {
    const { lastMessage, users, attachments, tallies, offers } = summary
    if (lastMessage === null || lastMessage.deletedAt === null) return { ...summary, shown: lastMessage }
    return {
      ...summary,
      users: [...users, ...beside.users],
      attachments: [...attachments, ...beside.attachments],
      tallies: [...tallies, ...beside.tallies],
      offers: [...offers, ...beside.offers],
      shown: found.get(summary.conversation.id) ?? null,
    }
  })
}
