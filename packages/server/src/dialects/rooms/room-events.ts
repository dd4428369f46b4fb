import { limits, type Membership, type Role } from '@parley/protocol'
import { readFields, readTextOrField, readTexts } from '../argument.ts'
import {
  type Emission,
  find,
  type IncomingResult,
  missing,
  type Plan,
  type PlanCaller,
  PlanError,
  refuse,
  run,
} from '../dialect.ts'
import { outcomeOf } from '../outcome.ts'
import { toPerson } from './entities.ts'
import { failing } from './failures.ts'

/**
 * Joins a room, unless the caller is a member already. The event of the new membership announces a new member to all,
 * including the caller; for a present member it returns that event for the calling socket only.
 */
function* joinOnce(conversationId: string, { user }: PlanCaller): Plan<Emission[]> {
  const found = yield* find('conversation.get', { conversationId })
  if (found && found.summary.conversation.kind !== 'room') missing()
  const own = found?.summary.memberships.find(({ userId }) => userId === user.id)
  if (own?.state !== 'active') {
    yield* run('membership.join', { conversationId })
    return []
  }
  const payload = { roomId: conversationId, userId: user.id, user: toPerson(user) }
  return [{ event: 'room:user-joined', payload }]
}

/**
 * Plans `room:join`; its argument is a room id or `{ roomId }`. Joins the room, which an event announces to all
 * members; a present member gets that event on this socket only. The socket gets the room's events again if it had left
 * by `leave`. Throws a PlanError: `not_found` for a direct conversation and for a room that the caller may not join,
 * `invalid_input` for a malformed argument, and other refusals, such as `rate_limited`.
 */
export function* joinRoom(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const roomId = readTextOrField(argument, 'roomId')
  const emit = yield* joinOnce(roomId, caller)
  return { emit, acknowledge: { ok: true, data: { roomId } }, listen: [roomId] }
}

const rank: Readonly<Record<Role, number>> = { owner: 0, admin: 1, moderator: 2, member: 3 }

const earliestOfHighestRole = (one: Membership, other: Membership) =>
  rank[one.role] - rank[other.role] || (one.joinedAt ?? 0) - (other.joinedAt ?? 0)

function* listMembers(conversationId: string): Plan<Membership[]> {
  const members: Membership[] = []
  for (let after: string | undefined; ; after = members.at(-1)?.userId) {
    const { memberships, hasMore } = yield* run('membership.list', { conversationId, after })
    members.push(...memberships)
    if (!hasMore) return members.filter(({ state }) => state === 'active')
  }
}

/**
 * Makes the member with the highest role, and of these the earliest, an owner, because their clients cannot choose one
 * before the last owner leaves. Returns false if there is no other member.
 */
function* passOwnership(conversationId: string, caller: PlanCaller): Plan<boolean> {
  const members = yield* listMembers(conversationId)
  const [next] = members.filter(({ userId }) => userId !== caller.user.id).sort(earliestOfHighestRole)
  if (!next) return false
  yield* run('membership.setRole', { conversationId, userId: next.userId, role: 'owner' })
  return true
}

/**
 * Plans `room:leave`; its argument is a room id or `{ roomId }`. Ends the membership, or declines an invitation. The
 * last owner passes the room on first: to the active member with the highest role, of these to the earliest. Throws a
 * PlanError: `last_owner` if there is no other, and other refusals of leaving, such as `not_found`.
 */
export function* leaveRoom(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const conversationId = readTextOrField(argument, 'roomId')
  try {
    yield* run('membership.leave', { conversationId })
  } catch (error) {
    if (!(error instanceof PlanError) || error.error.code !== 'last_owner') throw error
    if (!(yield* passOwnership(conversationId, caller))) throw error
    yield* run('membership.leave', { conversationId })
  }
  return { acknowledge: { ok: true, data: { roomId: conversationId } } }
}

const prefix = 'room:'
const readRooms = (argument: unknown): string[] => readTexts(readFields(argument), 'rooms', limits.people)

/**
 * Plans `join`: joins the rooms with the names `room:<id>` in `rooms`. A room that fails, also a name without the
 * prefix, is reported by an event; the others are joined all the same, and are listed in the answer, in which `ok` is
 * false if any failed. Throws a PlanError (`invalid_input`) only if `rooms` is no list of 1 to 100 texts.
 */
export function* joinRooms(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const emit: Emission[] = []
  const listen: string[] = []
  for (const name of readRooms(argument)) {
    try {
      const roomId = name.startsWith(prefix) ? name.slice(prefix.length) : refuse(`${name} is not a room`)
      emit.push(...(yield* joinOnce(roomId, caller)))
      listen.push(roomId)
    } catch (error) {
      if (!(error instanceof PlanError)) throw error
      emit.push(...failing('JOIN_FAILED')(error.error))
    }
  }
  return { emit, listen, acknowledge: { ok: emit.every(({ event }) => event !== 'error'), data: { rooms: listen } } }
}

/**
 * Plans `leave`: stops events of the rooms in `rooms` on this socket; the memberships stay. Names without the prefix
 * `room:` and rooms that the caller cannot see are ignored. One that fails otherwise, such as a malformed id, is
 * reported by an event, and the others are left all the same; the answer lists their ids, and its `ok` is false if any
 * failed. Throws a PlanError (`invalid_input`) only if `rooms` is no list of 1 to 100 texts.
 */
export function* leaveRooms(argument: unknown): Plan<IncomingResult> {
  const emit: Emission[] = []
  const unlisten: string[] = []
  for (const name of readRooms(argument)) {
    if (!name.startsWith(prefix)) continue
    const found = yield* outcomeOf(find('conversation.get', { conversationId: name.slice(prefix.length) }))
    if (found instanceof PlanError) emit.push(...failing('LEAVE_FAILED')(found.error))
    else if (found) unlisten.push(found.summary.conversation.id)
  }
  return { emit, unlisten, acknowledge: { ok: emit.length === 0, data: { rooms: unlisten } } }
}
