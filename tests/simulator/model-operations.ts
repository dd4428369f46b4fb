import type {
  ConversationChange,
  ErrorCode,
  Input,
  Membership,
  Message,
  OperationName,
  Output,
  Payload,
} from '@parley/protocol'
import { type ModelRoom, type ModelWorld, userOf } from './model-world.ts'

/** An event, and the users who hear it. */
export interface ModelDelivery {
  name:
    | 'message.created'
    | 'message.updated'
    | 'membership.updated'
    | 'conversation.updated'
    | 'account.updated'
    | 'receipt.updated'
  payload: unknown
  userIds: string[]
}

export class Refusal extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode) {
    super(code)
    this.code = code
  }
}

/** Above so many changed rows, sync answers with a reset: few, so that it happens often. */
const mostChangedRows = 10

/** One answer brings no more rows of the account and changes of conversations than this: so few, that most are cut. */
const mostInAnswer = 2

type Rules = { [N in OperationName]?: (run: Run, input: Input<N>) => Output<N> }

interface Run {
  world: ModelWorld
  userId: string
  deliveries: ModelDelivery[]
}

/** What an operation answers, and whom it tells what; throws a Refusal. */
export function runModel(world: ModelWorld, userId: string, name: OperationName, input: unknown) {
  const run: Run = { world, userId, deliveries: [] }
  const rule = rules[name] as ((run: Run, input: unknown) => unknown) | undefined
  if (!rule) throw new Refusal('unknown_operation')
  return { data: rule(run, input), deliveries: run.deliveries }
}

const rules: Rules = {
  'user.me': ({ userId }) => ({ user: userOf(userId) }),
  'sync.run': sync,
  'conversation.get': (run, { conversationId }) => {
    const room = run.world.rooms.get(conversationId)
    const summary = room && run.world.summary(room, run.userId)
    if (!summary) throw new Refusal('not_found')
    return { summary }
  },
  'conversation.list': ({ world, userId }) => ({
    summaries: [...world.rooms.values()].flatMap((room) => world.summary(room, userId) ?? []),
    hasMore: false,
  }),
  'conversation.update': (run, { conversationId, name = '' }) => {
    const room = reach(run, conversationId)
    room.name = name
    room.settingsRev = ++room.rev
    const conversation = run.world.conversation(room)
    tellRoom(run, room, 'conversation.updated', { conversation })
    for (const row of room.memberships.values()) {
      if (row.state !== 'invited') continue
      run.world.nextAccountRev(row.userId, room.id)
      tellAccount(run, room, row)
    }
    return { conversation }
  },
  'message.send': (run, { conversationId, id, type = 'text', body }) => {
    const room = reach(run, conversationId)
    const sent = JSON.stringify([conversationId, run.userId, type, body])
    const stored = run.world.messages.get(id)
    if (stored) {
      if (run.world.sent.get(id) !== sent) throw new Refusal('message_id_conflict')
      return { message: stored }
    }
    const times = { createdAt: 0, editedAt: null, deletedAt: null }
    const seq = room.messages.length + 1
    const row = { id, conversationId, seq, rev: 0, senderId: run.userId, type, body, ...times }
    run.world.sent.set(id, sent)
    return { message: tellMessage(run, room, 'message.created', row) }
  },
  'message.edit': (run, { messageId, body }) => {
    const { room, row } = own(run, messageId)
    if (row.deletedAt !== null) throw new Refusal('not_found')
    return { message: tellMessage(run, room, 'message.updated', { ...row, body, editedAt: 1 }) }
  },
  'message.delete': (run, { messageId }) => {
    const { room, row } = own(run, messageId)
    if (row.deletedAt !== null) return { message: row }
    return { message: tellMessage(run, room, 'message.updated', { ...row, body: null, deletedAt: 1 }) }
  },
  'message.get': (run, { messageId }) => {
    const { row } = visible(run, messageId)
    return { message: row, sender: userOf(row.senderId) }
  },
  'message.page': (run, input) => page(reach(run, input.conversationId).messages, input),
  'receipt.read': (run, { conversationId, seq }) => advance(run, conversationId, seq, true),
  'receipt.delivered': (run, { conversationId, seq }) => advance(run, conversationId, seq, false),
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
      return old?.state === 'active' ? old : changeMembership(run, room, userId, enteringOf(room))
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

const isIn = (state: Membership['state']) => state === 'active' || state === 'invited'
const enteringOf = (room: ModelRoom) => ({ state: 'active', joinedSeq: room.messages.length }) as const

function reach({ world, userId }: Run, conversationId: string): ModelRoom {
  const room = world.rooms.get(conversationId)
  if (!room || world.stateOf(room, userId) !== 'active') throw new Refusal('not_found')
  return room
}

function visible(run: Run, messageId: string): { room: ModelRoom; row: Message } {
  const row = run.world.messages.get(messageId)
  if (!row) throw new Refusal('not_found')
  return { room: reach(run, row.conversationId), row }
}

function own(run: Run, messageId: string) {
  const found = visible(run, messageId)
  if (found.row.senderId !== run.userId) throw new Refusal('forbidden')
  return found
}

function tellRoom(run: Run, room: ModelRoom, name: ModelDelivery['name'], rows: Partial<ConversationChange>): void {
  const payload: ConversationChange = { conversationId: room.id, rev: room.rev, ...rows }
  run.deliveries.push({ name, payload, userIds: run.world.activeIn(room) })
}

function tellMessage(run: Run, room: ModelRoom, name: ModelDelivery['name'], row: Message): Message {
  const message = run.world.putMessage(room, row)
  tellRoom(run, room, name, { messages: [message], users: [userOf(row.senderId)] })
  return message
}

function tellAccount({ world, deliveries }: Run, room: ModelRoom, row: Membership): void {
  const summary = world.summary(room, row.userId)
  const rev = world.accounts.get(row.userId) ?? 0
  const payload: Payload<'account.updated'> = { rev, memberships: [row], summaries: summary ? [summary] : [] }
  deliveries.push({ name: 'account.updated', payload, userIds: [row.userId] })
}

/** Who hears it is decided first: who comes in hears of it, who goes out does not. */
function changeMembership(run: Run, room: ModelRoom, userId: string, changes: Partial<Membership>): Membership {
  const row = run.world.putMembership(room, userId, changes)
  tellRoom(run, room, 'membership.updated', { memberships: [row], users: [userOf(userId)] })
  tellAccount(run, room, row)
  return row
}

function advance(run: Run, conversationId: string, given: number, isRead: boolean) {
  const room = reach(run, conversationId)
  const mine = room.memberships.get(run.userId) as Membership
  const seq = Math.min(given, room.messages.length)
  const readSeq = isRead ? Math.max(mine.readSeq, seq) : mine.readSeq
  const deliveredSeq = Math.max(mine.deliveredSeq, readSeq, seq)
  const receipt = { userId: run.userId, readSeq, deliveredSeq }
  if (readSeq === mine.readSeq && deliveredSeq === mine.deliveredSeq) return { receipt }
  const row = { ...mine, readSeq, deliveredSeq }
  room.memberships.set(run.userId, row)
  if (readSeq > mine.readSeq) {
    const rev = run.world.nextAccountRev(run.userId, room.id)
    const payload: Payload<'account.updated'> = { rev, memberships: [row], summaries: [] }
    run.deliveries.push({ name: 'account.updated', payload, userIds: [run.userId] })
  }
  const payload: Payload<'receipt.updated'> = { conversationId, receipts: [receipt] }
  run.deliveries.push({ name: 'receipt.updated', payload, userIds: run.world.activeIn(room) })
  return { receipt }
}

function page(all: readonly Message[], input: Input<'message.page'>): Output<'message.page'> {
  const { before, after, around, limit = 50 } = input
  const end = before === undefined ? all.length : Math.min(all.length, before - 1)
  const [from, to] = around === undefined ? [after ?? Math.max(0, end - limit), end] : surrounding(all, around, limit)
  const messages = all.slice(from, Math.min(to, from + limit))
  const users = [...new Set(messages.map((row) => row.senderId))].map(userOf)
  const [isBefore, isAfter] = [after !== undefined && all.length > 0, before !== undefined && all.length > 0]
  if (messages.length === 0) return { messages, users, hasBefore: isBefore, hasAfter: isAfter }
  return { messages, users, hasBefore: from > 0, hasAfter: from + messages.length < all.length }
}

/** The place itself is in the newer half; where one half is short, the other fills the page. */
function surrounding(all: readonly Message[], seq: number, limit: number): [number, number] {
  const middle = Math.min(all.length, seq - 1)
  const newer = Math.min(limit, all.length - middle)
  const from = Math.max(0, middle - (limit - Math.min(newer, Math.ceil(limit / 2))))
  return [from, all.length]
}

function sync({ world, userId }: Run, { epoch, rev, positions = [] }: Input<'sync.run'>): Output<'sync.run'> {
  const now = world.accounts.get(userId) ?? 0
  const reset = epoch !== world.epoch || rev === undefined || rev > now
  const asked = reset ? [] : positions
  let room = mostInAnswer
  const { account, taken } = accountSince(world, userId, reset ? 0 : rev, reset, new Set(asked.map(idOf)), room)
  room -= taken
  const changes: ConversationChange[] = []
  const resets: Output<'sync.run'>['resets'] = []
  let hasMore = account.rev < now
  for (const position of asked) {
    const asking = world.rooms.get(position.conversationId)
    if (!asking || world.stateOf(asking, userId) !== 'active' || position.rev === asking.rev) continue
    if (room-- <= 0) {
      hasMore = true
      break
    }
    const change = changeSince(world, asking, position.rev)
    const summary = change ? undefined : world.summary(asking, userId)
    if (change) changes.push(change)
    else if (summary) resets.push(summary)
  }
  return { epoch: world.epoch, reset, account, changes, resets, hasMore }
}

const idOf = (position: { conversationId: string }) => position.conversationId

/** The first of the account's own rows that changed since, in the order of its revs, and how far they lead. */
function accountSince(
  world: ModelWorld,
  userId: string,
  since: number,
  isAnew: boolean,
  held: ReadonlySet<string>,
  room: number,
): { account: Output<'sync.run'>['account']; taken: number } {
  const revOf = (row: Membership) => world.accountRevs.get(`${userId} ${row.conversationId}`) ?? 0
  const rows = [...world.rooms.values()]
    .flatMap(({ memberships }) => memberships.get(userId) ?? [])
    .filter((row) => revOf(row) > since && !(isAnew && !isIn(row.state)))
    .sort((a, b) => revOf(a) - revOf(b))
  const memberships = rows.slice(0, room)
  const last = memberships.at(-1)
  const summaries = memberships
    .filter((row) => row.state === 'invited' || (row.state === 'active' && !held.has(row.conversationId)))
    .flatMap((row) => world.summary(world.rooms.get(row.conversationId) as ModelRoom, userId) ?? [])
  const isCut = last !== undefined && memberships.length < rows.length
  const rev = isCut ? revOf(last) : (world.accounts.get(userId) ?? 0)
  return { account: { rev, user: userOf(userId), memberships, summaries }, taken: memberships.length }
}

/** The rows of a room that changed since; undefined if they are too many, or the position is from the future. */
function changeSince(world: ModelWorld, room: ModelRoom, since: number): ConversationChange | undefined {
  const messages = room.messages.filter((row) => row.rev > since)
  const memberships = [...room.memberships.values()].filter((row) => row.rev > since)
  if (since > room.rev || messages.length + memberships.length > mostChangedRows) return undefined
  const conversation = room.settingsRev > since ? world.conversation(room) : undefined
  const users = [...messages.map((row) => row.senderId), ...memberships.map((row) => row.userId)].map(userOf)
  return { conversationId: room.id, rev: room.rev, messages, memberships, users, ...(conversation && { conversation }) }
}
