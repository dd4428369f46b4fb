import type { Membership } from '@parley/protocol'
import type { ConversationState } from '../../../packages/client/src/chat-state.ts'
import { emitToAccount, emitToRoom, type ModelOperations, type ModelRun, Refusal, reach } from '../model-run.ts'
import { isIn, type ModelRoom, userOf } from '../model-world.ts'
import type { Simulation } from '../simulation.ts'
import type { AccountQuestion, Actions, ChangedAccountRow, Say, SimulatorFeature } from '../simulator-feature.ts'

const someone = ({ userIds }: Simulation, n: number) => userIds[n % userIds.length] ?? ''

const loading: Actions = {
  'load members': [2, (_, tab, roomId) => tab.chat.memberships.loadAll(roomId)],
}

const changing: Actions = {
  join: [4, (_, tab, roomId) => tab.chat.memberships.join(roomId)],
  leave: [1, (_, tab, roomId) => tab.chat.memberships.leave(roomId)],
  add: [2, (simulation, tab, roomId, n) => tab.chat.memberships.add(roomId, [someone(simulation, n)])],
  invite: [2, (simulation, tab, roomId, n) => tab.chat.memberships.invite(roomId, [someone(simulation, n)])],
  remove: [1, (simulation, tab, roomId, n) => tab.chat.memberships.remove(roomId, someone(simulation, n))],
  'set role': [
    1,
    (simulation, tab, roomId, n) =>
      tab.chat.memberships.setRole(roomId, someone(simulation, n), n % 2 === 0 ? 'admin' : 'member'),
  ],
}

const enteringOf = (room: ModelRoom) => ({ state: 'active', joinedSeq: room.messages.length }) as const

const operations: ModelOperations = {
  'membership.list': (run, { conversationId }) => {
    const memberships = [...reach(run, conversationId).memberships.values()].filter(({ state }) => isIn(state))
    return { memberships, users: memberships.map((row) => userOf(row.userId)), hasMore: false }
  },
  'membership.join': (run, { conversationId }) => {
    const room = run.world.rooms.get(conversationId)
    const mine = room?.memberships.get(run.userId)
    if (!room || mine?.state === 'banned') throw new Refusal('not_found')
    if (mine?.state === 'active') return { membership: mine }
    return { membership: changeMembership(run, room, run.userId, enteringOf(room)) }
  },
  'membership.leave': (run, { conversationId }) => {
    const room = run.world.rooms.get(conversationId)
    const mine = room?.memberships.get(run.userId)
    if (!room || !mine || !isIn(mine.state)) throw new Refusal('not_found')
    if (mine.role === 'owner') throw new Refusal('last_owner')
    return { membership: changeMembership(run, room, run.userId, { state: 'left', role: 'member' }) }
  },
  'membership.add': (run, { conversationId, userIds }) => {
    const room = reach(run, conversationId)
    const memberships = userIds.map((userId) => {
      const old = room.memberships.get(userId)
      if (old && isIn(old.state)) return old
      const isBack = old?.state === 'left'
      return changeMembership(run, room, userId, isBack ? { state: 'invited', role: 'member' } : enteringOf(room))
    })
    return { memberships }
  },
  'membership.invite': (run, { conversationId, userIds }) => {
    const room = reach(run, conversationId)
    const memberships = userIds.map((userId) => {
      const old = room.memberships.get(userId)
      const stays = old && (isIn(old.state) || old.state === 'banned')
      return stays ? old : changeMembership(run, room, userId, { state: 'invited', role: 'member' })
    })
    return { memberships }
  },
  'membership.remove': (run, { conversationId, userId, ban }) => {
    const room = reach(run, conversationId)
    const target = room.memberships.get(userId)
    if (!target || !isIn(target.state)) throw new Refusal('not_found')
    if (target.role === 'owner') throw new Refusal('forbidden')
    const state = ban ? 'banned' : 'removed'
    return { membership: changeMembership(run, room, userId, { state, role: 'member' }) }
  },
  'membership.setRole': (run, { conversationId, userId, role }) => {
    const room = reach(run, conversationId)
    const target = room.memberships.get(userId)
    if (target?.state !== 'active') throw new Refusal('not_found')
    if (target.role === 'owner' || role === 'owner') throw new Refusal('forbidden')
    if (target.role === role) return { membership: target }
    return { membership: changeMembership(run, room, userId, { role }) }
  },
}

/**
 * Changes a membership first, and then emits to the members: a user who joins gets the event, one who leaves does not.
 */
function changeMembership(run: ModelRun, room: ModelRoom, userId: string, changes: Partial<Membership>): Membership {
  const row = run.world.putMembership(room, userId, changes)
  emitToRoom(run, room, 'membership.updated', { memberships: [row], users: [userOf(userId)] })
  emitToAccount(run, room, row)
  return row
}

/** The user's own memberships, each with the summary of its conversation if the device does not hold that. */
function accountSince({ world, userId, since, isAnew, held }: AccountQuestion): ChangedAccountRow[] {
  return [...world.rooms.values()].flatMap((room) => {
    const row = room.memberships.get(userId)
    const rev = world.accountRevs.get(`${userId} ${room.id}`) ?? 0
    if (!row || rev <= since || (isAnew && !isIn(row.state))) return []
    const isUnknown = row.state === 'invited' || (row.state === 'active' && !held.has(room.id))
    const summary = isUnknown ? world.summary(room, userId) : undefined
    return [{ rev, rows: { memberships: [row], summaries: summary ? [summary] : [] } }]
  })
}

function checkRoom(room: ModelRoom, held: ConversationState, _: string, say: Say): void {
  for (const row of room.memberships.values()) {
    const known = held.memberships[row.userId]
    if (!known && !(held.membershipsLoaded && row.state === 'active')) continue
    if (known?.state !== row.state || known.role !== row.role) say(`${row.userId} is ${known?.state} there`)
  }
}

/**
 * Joins, leaves, adds, invites, removes and changes roles, answers these operations, and compares members at the end.
 */
export const memberships: SimulatorFeature = {
  actions: changing,
  operations,
  accountSince,
  changedSince: (_, room, since) => {
    const rows = [...room.memberships.values()].filter((row) => row.rev > since)
    return { rows: { memberships: rows }, userIds: rows.map((row) => row.userId) }
  },
  checkRoom,
}

/** Loads the member list of a room in a tab. */
export const memberList: SimulatorFeature = { actions: loading }
