import { limits, operations } from '@parley/protocol'
import { readField, readFields, readTexts } from '../argument.ts'
import { authorFields } from '../claims.ts'
import { type Answer, type Plan, type PlanCaller, type Route, type RouteRequest, refuse, run } from '../dialect.ts'
import { findDirect, listedConversations, withShown } from '../own-conversations.ts'
import { readEitherText } from './draft.ts'
import { toConversation } from './entities.ts'
import { readPageRequest } from './paging.ts'
import { addParticipant, detailsOf, firstParticipants, removeParticipant, wholeConversation } from './participants.ts'

/** The caller's conversations, the latest active first. */
function* listConversations({ query }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const { limit, offset } = readPageRequest(query)
  const own = yield* listedConversations(caller.user, { enough: offset + limit + 1 })
  const page = yield* withShown(own.slice(offset, offset + limit))
  const participantsIn = yield* firstParticipants(page)
  const data = page.map((summary) => toConversation(summary, caller, participantsIn(summary)))
  const pagination = { limit, offset, hasMore: own.length > offset + limit }
  return { status: 200, body: { success: true, data, pagination } }
}

function* getConversation({ params }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const entity = yield* detailsOf(params.id ?? '', caller)
  return { status: 200, body: { success: true, data: entity } }
}

/**
 * Their clients know one conversation for two users. If it exists, the answer is their `ConflictError` with the
 * conversation.
 */
function* createDirect({ body }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const userId = readEitherText(readFields(body), 'user_id', 'userId')
  if (userId === caller.user.id) refuse('user_id must be somebody else')
  const existing = yield* findDirect(userId)
  if (existing) {
    const data = yield* wholeConversation(existing, caller)
    const error = { name: 'ConflictError', message: 'Conversation already exists', status: 409 }
    return { status: 409, body: { success: false, error, data } }
  }
  const { summary } = yield* run('conversation.openDirect', { userId })
  const data = yield* wholeConversation(summary, caller)
  return { status: 201, body: { success: true, data } }
}

const NewRoom = operations['conversation.create'].input

/** The caller becomes the admin of the group, and is a member whether named or not. */
function* createGroup({ body }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const fields = readFields(body)
  const userIds = readTexts(fields, 'participant_ids', limits.people).filter((id) => id !== caller.user.id)
  if (userIds.length === 0) refuse('participant_ids must name somebody else')
  const room = NewRoom.safeParse({ name: readField(fields, 'title'), visibility: 'private', userIds })
  if (!room.success) {
    const [issue] = room.error.issues
    return refuse(`${issue?.path[0] === 'name' ? 'title' : 'participant_ids'}: ${issue?.message}`)
  }
  const { summary } = yield* run('conversation.create', room.data)
  const data = yield* wholeConversation(summary, caller)
  return { status: 201, body: { success: true, data } }
}

const id = '01970000-0000-7000-8000-000000000001'
/** Without `user_id`, which names another user in these requests. */
const claims = authorFields.filter((field) => field !== 'user_id')

/** The requests of these clients about conversations and their participants. */
export const conversationRoutes: Route[] = [
  {
    method: 'POST',
    path: '/api/conversations/direct',
    example: { body: { user_id: 'bo' } },
    claims,
    plan: createDirect,
  },
  {
    method: 'POST',
    path: '/api/conversations/group',
    example: { body: { title: 'Project Team', participant_ids: ['bo'] } },
    plan: createGroup,
  },
  { method: 'GET', path: '/api/conversations', example: {}, plan: listConversations },
  { method: 'GET', path: '/api/conversations/:id', example: { params: { id } }, plan: getConversation },
  {
    method: 'POST',
    path: '/api/conversations/:id/participants',
    example: { params: { id }, body: { user_id: 'bo', role: 'moderator' } },
    claims,
    plan: addParticipant,
  },
  {
    method: 'DELETE',
    path: '/api/conversations/:id/participants/:userId',
    example: { params: { id, userId: 'bo' } },
    plan: removeParticipant,
  },
]
