import type { Presence } from '@parley/protocol'
import { limits } from '@parley/protocol'
import { readFields, readText, readTextOrField } from '../argument.ts'
import { type IncomingResult, type Plan, type PlanCaller, run } from '../dialect.ts'
import { isIn, listedConversations, withShown } from '../own-conversations.ts'
import { nameIn, toListedConversation, toOnlineStatus } from './entities.ts'
import { conversationNamed, openNamed, partnerOf } from './named-conversation.ts'

/**
 * Plans `join_conversation`; its argument is the id of a conversation or `{ conversationId }`. The socket gets the
 * typing events of the conversation, and all its events again if it had left. Opens the conversation for a pair id of
 * two users who have none yet, and accepts an invitation to a room. Throws a PlanError: `invalid_input` for another
 * argument, `not_found` for a room in which the caller is neither member nor invited, even a public one, and the
 * refusals of opening and joining.
 */
export function* joinConversation(argument: unknown, { user }: PlanCaller): Plan<IncomingResult> {
  const summary = yield* openNamed(readTextOrField(argument, 'conversationId'), user)
  if (!isIn(summary, user)) yield* run('membership.join', { conversationId: summary.conversation.id })
  const data = { conversationId: nameIn(summary), success: true }
  return {
    listen: [summary.conversation.id],
    acknowledge: data,
    unacknowledged: [{ event: 'join_conversation', payload: data }],
  }
}

/**
 * Plans `leave_conversation`; its argument is the id of a conversation or `{ conversationId }`. Stops events of the
 * conversation on this socket until it joins again; the membership stays. Throws a PlanError: `not_found` if the
 * caller cannot see the conversation, `invalid_input` for another argument.
 */
export function* leaveConversation(argument: unknown, { user }: PlanCaller): Plan<IncomingResult> {
  const summary = yield* conversationNamed(readTextOrField(argument, 'conversationId'), user)
  const data = { conversationId: nameIn(summary), success: true }
  return {
    unlisten: [summary.conversation.id],
    acknowledge: data,
    unacknowledged: [{ event: 'leave_conversation', payload: data }],
  }
}

/**
 * Makes the plan of `typing_start` (true) or `typing_stop` (false). Its argument is the id of a conversation or an
 * object with it as `conversationId`. It opens no conversation. Throws a PlanError: `not_found` if the caller has no
 * such conversation, `invalid_input` for another argument, and the refusals of `typing.set`.
 */
export const setTyping = (isTyping: boolean) =>
  function* (argument: unknown, { user }: PlanCaller): Plan<IncomingResult> {
    const summary = yield* conversationNamed(readTextOrField(argument, 'conversationId'), user)
    yield* run('typing.set', { conversationId: summary.conversation.id, isTyping })
    return { acknowledge: { conversationId: nameIn(summary), isTyping } }
  }

/**
 * Plans `get_online_status`, with the argument `{ userId }`: answers and also emits `user_online_status` to this
 * socket, once; it subscribes to nothing. Reported as offline is also a user who does not exist, shares no conversation
 * with the caller, has not answered the caller yet, or has a block with them. Throws a PlanError (`invalid_input`) for
 * another argument.
 */
export function* getOnlineStatus(argument: unknown): Plan<IncomingResult> {
  const userId = readText(readFields(argument), 'userId')
  const { presences } = yield* run('presence.watch', { userIds: [userId] })
  const status = toOnlineStatus(
    userId,
    presences.find((presence) => presence.userId === userId),
  )
  return { acknowledge: status, emit: [{ event: 'user_online_status', payload: status }] }
}

function* presencesOf(userIds: readonly string[]): Plan<Map<string, Presence>> {
  const presences = new Map<string, Presence>()
  for (let from = 0; from < userIds.length; from += limits.watched) {
    const output = yield* run('presence.watch', { userIds: userIds.slice(from, from + limits.watched) })
    for (const presence of output.presences) presences.set(presence.userId, presence)
  }
  return presences
}

/**
 * Returns the conversations of which the caller is an active member (about 10,000 at most), the latest active first.
 * Each is its summary and, as `listed`, its name and `lent`, the other user and their presence; a room has neither.
 */
export function* listConversations(caller: PlanCaller) {
  const { user } = caller
  const summaries = yield* withShown(yield* listedConversations(user))
  const partners = new Map(summaries.map((summary) => [summary, partnerOf(summary, user)]))
  const partnerIds = new Set([...partners.values()].flatMap((partner) => partner?.id ?? []))
  const presences = yield* presencesOf([...partnerIds])
  return summaries.map((summary) => {
    const partner = partners.get(summary)
    return {
      summary,
      listed: { name: nameIn(summary), partner, presence: partner && presences.get(partner.id), lent: caller },
    }
  })
}

/**
 * Plans `get_conversations`: answers with the conversations of which the caller is an active member, the latest active
 * first. Ignores its argument.
 */
export function* getConversations(_: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const conversations = yield* listConversations(caller)
  const data = conversations.map(({ summary, listed }) => toListedConversation(summary, listed))
  return { acknowledge: data, unacknowledged: [{ event: 'get_conversations', payload: data }] }
}
