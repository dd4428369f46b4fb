import { type ConversationSummary, limits, type Membership, type User } from '@parley/protocol'
import { readField, readFields } from '../argument.ts'
import {
  type Answer,
  find,
  missing,
  type Plan,
  type PlanCaller,
  PlanError,
  type RouteRequest,
  refuse,
  run,
} from '../dialect.ts'
import { isIn, type ShownConversation, withShown } from '../own-conversations.ts'
import { readEitherText } from './draft.ts'
import { toConversation } from './entities.ts'
import { asParticipant } from './failures.ts'

/** The most pages of members that are read for the details of a group. */
const mostPages = 10

interface Participants {
  participants: Membership[]
  users: User[]
}

/**
 * Returns the members with their user rows: of a direct conversation those in the summary, of a group the active ones
 * of at most ten pages of a hundred; a larger one is cut without a sign. Invited users are left out, because their
 * document has none, but `users` may have their rows.
 */
function* participantsOf(summary: ConversationSummary): Plan<Participants> {
  const { conversation, memberships, users } = summary
  if (conversation.kind === 'direct') return { participants: memberships, users }
  const found: Participants = { participants: [], users: [] }
  let after: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const listed = yield* run('membership.list', { conversationId: conversation.id, after, limit: limits.page })
    found.participants.push(...listed.memberships.filter(({ state }) => state === 'active'))
    found.users.push(...listed.users)
    after = listed.memberships.at(-1)?.userId
    if (!listed.hasMore || after === undefined) break
  }
  return found
}

/**
 * Reads the participants of several conversations, at most a hundred, at once. Returns a function that gives those of
 * one of them: of a direct conversation those in its summary, of a group the first hundred active members.
 */
export function* firstParticipants(
  summaries: readonly ConversationSummary[],
): Plan<(summary: ConversationSummary) => Participants> {
  const groups = summaries.filter(({ conversation }) => conversation.kind === 'room')
  const userOf = new Map<string, User>()
  const found: Membership[] = []
  let left = groups.map(({ conversation }) => conversation.id)
  while (left.length > 0) {
    const { memberships, users, rest } = yield* run('membership.listMany', { conversationIds: left })
    found.push(...memberships)
    for (const user of users) userOf.set(user.id, user)
    left = rest
  }
  const membersOf = Map.groupBy(found, ({ conversationId }) => conversationId)
  return ({ conversation, memberships, users }) => {
    if (conversation.kind === 'direct') return { participants: memberships, users }
    const participants = membersOf.get(conversation.id) ?? []
    return { participants, users: participants.flatMap(({ userId }) => userOf.get(userId) ?? []) }
  }
}

/** Returns a conversation in their form with its participants, of a group those on the first ten pages. */
export function* wholeConversation(summary: ConversationSummary, caller: PlanCaller) {
  const [shown] = yield* withShown([summary])
  return toConversation(shown as ShownConversation, caller, yield* participantsOf(summary))
}

/**
 * Returns a conversation as `wholeConversation` does, by its id. Throws a PlanError (`not_found`) if the caller is no
 * active member.
 */
export function* detailsOf(conversationId: string, caller: PlanCaller) {
  return yield* wholeConversation(yield* ownSummary(conversationId, caller), caller)
}

/** Throws a PlanError (`not_found`) if the caller is no active member. */
function* ownSummary(conversationId: string, { user }: PlanCaller): Plan<ConversationSummary> {
  const { summary } = yield* run('conversation.get', { conversationId })
  return isIn(summary, user) ? summary : missing()
}

const roles = ['admin', 'moderator', 'member'] as const

/**
 * Adds a member, then sets the role (if that fails, the user stays a `member`), and answers 201 with the group. A user
 * who can only be invited is invited, without the role, and the answer is 202 with a group in which they are missing;
 * they accept by adding themselves, which ignores `role`. Throws a PlanError: `limit_reached` for a present member,
 * `forbidden` if the caller cannot see or join the group, `invalid_input` for a wrong field, and the refusals of
 * `membership.add` and `membership.setRole` unchanged.
 */
export function* addParticipant({ params, body }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const fields = readFields(body)
  const userId = readEitherText(fields, 'user_id', 'userId')
  const wanted = readField(fields, 'role') ?? 'member'
  const role = roles.find((known) => known === wanted) ?? refuse(`role must be ${roles.join(', ')}`)
  const conversationId = params.id ?? ''
  if (userId === caller.user.id) return yield* addOneself(conversationId, caller)
  const { rev } = yield* asParticipant(ownSummary(conversationId, caller))
  const { memberships } = yield* run('membership.add', { conversationId, userIds: [userId] })
  const [added] = memberships
  const isInvited = added?.state === 'invited'
  // The operation changes nothing for a present member, so their membership is older than the summary.
  if (added && !isInvited && added.rev <= rev) refuseParticipant()
  if (role !== 'member' && !isInvited) yield* run('membership.setRole', { conversationId, userId, role })
  const entity = yield* detailsOf(conversationId, caller)
  return { status: isInvited ? 202 : 201, body: { success: true, data: entity } }
}

/** Accepts an invitation, or joins a public group. */
function* addOneself(conversationId: string, caller: PlanCaller): Plan<Answer> {
  const known = yield* find('conversation.get', { conversationId })
  if (known && isIn(known.summary, caller.user)) refuseParticipant()
  yield* asParticipant(run('membership.join', { conversationId }))
  const entity = yield* detailsOf(conversationId, caller)
  return { status: 201, body: { success: true, data: entity } }
}

function refuseParticipant(): never {
  throw new PlanError({ code: 'limit_reached', message: 'This user is a participant already.', requestId: '' })
}

/**
 * Removes the user in the path, also an invited one; a caller who names themselves leaves. Answers with the two ids.
 * Throws a PlanError: `forbidden` if the caller cannot see the conversation, and the refusals of `membership.leave`
 * and `membership.remove` unchanged, such as `not_found` for a user who is no member, or `last_owner`.
 */
export function* removeParticipant({ params }: RouteRequest, { user }: PlanCaller): Plan<Answer> {
  const [conversationId, userId] = [params.id ?? '', params.userId ?? '']
  const { summary } = yield* asParticipant(run('conversation.get', { conversationId }))
  if (userId === user.id) yield* run('membership.leave', { conversationId: summary.conversation.id })
  else yield* run('membership.remove', { conversationId: summary.conversation.id, userId })
  return { status: 200, body: { success: true, data: { conversation_id: conversationId, user_id: userId } } }
}
