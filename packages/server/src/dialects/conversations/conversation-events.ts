import type { Presence } from '@parley/protocol'
import { limits } from '@parley/protocol'
import { readFields, readText, readTextOrField } from '../argument.ts'
import { type IncomingResult, type Plan, type PlanCaller, run } from '../dialect.ts'
import { isIn, listedConversations } from '../own-conversations.ts'
import { nameIn, toListedConversation, toOnlineStatus } from './entities.ts'
import { conversationNamed, openNamed, partnerOf } from './named-conversation.ts'

/**
 * Sends its events to this socket from now on. Opens the conversation if two users have none yet, and accepts an
 * invitation to a room; a room without one cannot be joined.
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

/** Stops events of the conversation on this socket until it joins again; the membership stays. */
export function* leaveConversation(argument: unknown, { user }: PlanCaller): Plan<IncomingResult> {
  const summary = yield* conversationNamed(readTextOrField(argument, 'conversationId'), user)
  const data = { conversationId: nameIn(summary), success: true }
  return {
    unlisten: [summary.conversation.id],
    acknowledge: data,
    unacknowledged: [{ event: 'leave_conversation', payload: data }],
  }
}

/** Makes the plan of a typing event, whose argument is the id of a conversation or `{ conversationId }`. */
export const setTyping = (isTyping: boolean) =>
  function* (argument: unknown, { user }: PlanCaller): Plan<IncomingResult> {
    const summary = yield* conversationNamed(readTextOrField(argument, 'conversationId'), user)
    yield* run('typing.set', { conversationId: summary.conversation.id, isTyping })
    return { acknowledge: { conversationId: nameIn(summary), isTyping } }
  }

/** A user who shares no conversation with the caller is reported as offline, like one who does not exist. */
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

/** All conversations, the latest active first, each with its name, the other user and their presence. */
export function* listConversations(caller: PlanCaller) {
  const { user } = caller
  const summaries = yield* listedConversations(user)
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

/** Answers with all conversations of the caller, the latest active first. Ignores its argument. */
export function* getConversations(_: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const conversations = yield* listConversations(caller)
  const data = conversations.map(({ summary, listed }) => toListedConversation(summary, listed))
  return { acknowledge: data, unacknowledged: [{ event: 'get_conversations', payload: data }] }
}
