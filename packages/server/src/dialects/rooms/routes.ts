import { limits, operations, type Presence, type User } from '@parley/protocol'
import { readField, readFields } from '../argument.ts'
import {
  type Answer,
  missing,
  type Plan,
  type PlanCaller,
  type PlannedOperation,
  type Route,
  type RouteRequest,
  refuse,
  run,
} from '../dialect.ts'
import { findDirect, listedConversations, type ShownConversation, withShown } from '../own-conversations.ts'
import { partnerOf } from './direct.ts'
import { peopleIn, toDirectMessage, toPartner, toReadSeqs, toRoomMessage, toRoomOf } from './entities.ts'
import { readHistory } from './history.ts'

const ok = (body: unknown, onceWritten: PlannedOperation[] = []): Answer => ({
  status: 200,
  body,
  ...(onceWritten.length > 0 ? { onceWritten } : {}),
})

function* listRooms(_: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const summaries = yield* withShown(yield* listedConversations(caller.user, { kind: 'room' }))
  return ok(
    summaries.flatMap((summary) => {
      const own = summary.memberships.find(({ userId }) => userId === caller.user.id)
      return own ? [toRoomOf(summary, own, caller)] : []
    }),
  )
}

const NewRoom = operations['conversation.create'].input

/** Reads only name, description and visibility from the body; the caller is the creator. */
function* createRoom({ body }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const fields = readFields(body)
  const isPrivate = readField(fields, 'isPrivate') ?? false
  if (typeof isPrivate !== 'boolean') refuse('isPrivate must be true or false')
  const room = NewRoom.safeParse({
    name: readField(fields, 'name'),
    topic: readField(fields, 'description') ?? null,
    visibility: isPrivate ? 'private' : 'public',
  })
  if (!room.success) {
    const [issue] = room.error.issues
    return refuse(`${issue?.path[0] === 'topic' ? 'description' : 'name'}: ${issue?.message}`)
  }
  const { summary } = yield* run('conversation.create', room.data)
  const own = summary.memberships.find(({ userId }) => userId === caller.user.id)
  return { status: 201, body: own && toRoomOf({ ...summary, shown: null }, own, caller) }
}

function* listRoomMessages({ params, query }: RouteRequest, { addressOf }: PlanCaller): Plan<Answer> {
  const { messages, received, ...beside } = yield* readHistory(params.roomId ?? '', query)
  const entities = messages.map((message) => toRoomMessage(message, { ...beside, addressOf }))
  return ok(entities, received)
}

function* readPresences(userIds: string[]): Plan<Map<string, Presence>> {
  const presences = new Map<string, Presence>()
  for (let from = 0; from < userIds.length; from += limits.watched) {
    const some = userIds.slice(from, from + limits.watched)
    const output = yield* run('presence.watch', { userIds: some })
    for (const presence of output.presences) presences.set(presence.userId, presence)
  }
  return presences
}

/** The users with whom the caller has exchanged messages, the latest first. */
function* listPartners(_: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const summaries = yield* withShown(yield* listedConversations(caller.user, { kind: 'direct' }))
  const latest = new Map<string, { summary: ShownConversation; partner: User }>()
  for (const summary of summaries.filter(({ lastSeq }) => lastSeq > 0)) {
    const partner = partnerOf(summary, caller.user)
    // Two users may have several conversations with different contexts; the latest comes first.
    if (!latest.has(partner.id)) latest.set(partner.id, { summary, partner })
  }
  const presences = yield* readPresences([...latest.keys()])
  return ok(
    [...latest.values()].map(({ summary, partner }) => toPartner(summary, partner, presences.get(partner.id), caller)),
  )
}

/** Does not open a conversation: if there is none, the list is empty. */
function* listDirectMessages({ params, query }: RouteRequest, { addressOf }: PlanCaller): Plan<Answer> {
  const { user: partner } = yield* run('user.get', { userId: params.userId ?? '' })
  const summary = yield* findDirect(partner.id)
  if (!summary) return query.before ? missing() : ok([])
  const { messages, received, ...beside } = yield* readHistory(summary.conversation.id, query)
  const [people, readSeqs] = [peopleIn(summary), toReadSeqs(summary.memberships)]
  const entities = messages.map((message) => toDirectMessage(message, { ...beside, addressOf }, people, readSeqs))
  return ok(entities, received)
}

const roomId = '01970000-0000-7000-8000-000000000001'
const newRoom = { name: 'General', description: 'Everything', isPrivate: false }

/**
 * The requests of these clients: list and make rooms, list partners, and read the messages of a room or with a user.
 */
export const routes: Route[] = [
  { method: 'GET', path: '/chat/rooms', example: {}, plan: listRooms },
  { method: 'POST', path: '/chat/rooms', example: { body: newRoom }, plan: createRoom },
  {
    method: 'GET',
    path: '/chat/rooms/:roomId/messages',
    example: { params: { roomId } },
    plan: listRoomMessages,
  },
  { method: 'GET', path: '/chat/conversations', example: {}, plan: listPartners },
  { method: 'GET', path: '/chat/dm/:userId', example: { params: { userId: 'bo' } }, plan: listDirectMessages },
]
