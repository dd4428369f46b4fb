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
import { toPerson } from './entities.ts'
import { failing } from './failures.ts'

/**
 * Comes into a room, or back to listening to one. A newcomer is announced to everybody, also to themselves, by the event
 * of the new membership; who is a member already joins nothing a second time, and alone gets the answer.
 */
function* enter(conversationId: string, { user }: PlanCaller): Plan<Emission[]> {
  const held = yield* find('conversation.get', { conversationId })
  if (held && held.summary.conversation.kind !== 'room') missing()
  const own = held?.summary.memberships.find(({ userId }) => userId === user.id)
  if (own?.state !== 'active') {
    yield* run('membership.join', { conversationId })
    return []
  }
  const payload = { roomId: conversationId, userId: user.id, user: toPerson(user) }
  return [{ event: 'room:user-joined', payload }]
}

export function* joinRoom(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const roomId = readTextOrField(argument, 'roomId')
  const emit = yield* enter(roomId, caller)
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

/** Their clients cannot name another owner, so when the last one goes, the room passes to who comes next in it. */
function* passOn(conversationId: string, caller: PlanCaller): Plan<boolean> {
  const members = yield* listMembers(conversationId)
  const [next] = members.filter(({ userId }) => userId !== caller.user.id).sort(earliestOfHighestRole)
  if (!next) return false
  yield* run('membership.setRole', { conversationId, userId: next.userId, role: 'owner' })
  return true
}

export function* leaveRoom(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const conversationId = readTextOrField(argument, 'roomId')
  try {
    yield* run('membership.leave', { conversationId })
  } catch (error) {
    if (!(error instanceof PlanError) || error.error.code !== 'last_owner') throw error
    if (!(yield* passOn(conversationId, caller))) throw error
    yield* run('membership.leave', { conversationId })
  }
  return { acknowledge: { ok: true, data: { roomId: conversationId } } }
}

const prefix = 'room:'
const readRooms = (argument: unknown): string[] => readTexts(readFields(argument), 'rooms', limits.people)

/** Joins rooms by the names their sockets know them under. Each stands alone: one that fails keeps no other from it. */
export function* joinRooms(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const emit: Emission[] = []
  const listen: string[] = []
  for (const name of readRooms(argument)) {
    try {
      const roomId = name.startsWith(prefix) ? name.slice(prefix.length) : refuse(`${name} is not a room`)
      emit.push(...(yield* enter(roomId, caller)))
      listen.push(roomId)
    } catch (error) {
      if (!(error instanceof PlanError)) throw error
      emit.push(...failing('JOIN_FAILED')(error.error))
    }
  }
  return { emit, listen, acknowledge: { ok: emit.every(({ event }) => event !== 'error'), data: { rooms: listen } } }
}

/** This socket hears no more of these rooms; the membership stays. A room one is not in is one not heard already. */
export function* leaveRooms(argument: unknown): Plan<IncomingResult> {
  const unlisten: string[] = []
  for (const name of readRooms(argument)) {
    if (!name.startsWith(prefix)) continue
    const held = yield* find('conversation.get', { conversationId: name.slice(prefix.length) })
    if (held) unlisten.push(held.summary.conversation.id)
  }
  return { unlisten, acknowledge: { ok: true, data: { rooms: unlisten } } }
}
