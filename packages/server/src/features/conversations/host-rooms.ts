import { shownName } from '@parley/protocol/features/name-rules'
import type { GroupCommit } from '../../core/commit/group-commit.ts'
import type { OpenTransaction } from '../../core/commit/open-transaction.ts'
import type { Context } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import type { EnsuredRoom, EnsureRoom, WantedRoom } from '../../core/host/host-room.ts'
import { OperationError } from '../../core/operation-error.ts'
import { changeMemberships } from '../memberships/membership-changes.ts'
import type { MembershipRow } from '../memberships/membership-store.ts'
import { type ConversationRow, toConversation } from './conversation-store.ts'
import { newConversation } from './conversations.ts'

/** The most members that `onlyThese` removes in one call. */
export const mostRemoved = 1_000

type NewState = Pick<MembershipRow, 'user_id' | 'role' | 'state'>

/**
 * Makes the function that finds or creates the room for a context, adds the named users and sets given roles, all or
 * nothing, and resolves with `{ conversation, isNew }`. Users who left or were banned stay out; invited and removed
 * ones become active. `onlyThese` removes other active members and invitations, but not the bots of the room's
 * webhooks. An existing room keeps its name, topic and visibility. If no owner would be left, the first named user in
 * the room becomes one.
 *
 * Rejects with `not_found` for no members, for a user to be added who does not exist or is deactivated or suspended,
 * and if the first named owner (else the first member) does not exist; with `limit_reached` if more than 1,000 would be
 * removed.
 */
export const createEnsureRoom =
  (groupCommit: GroupCommit): EnsureRoom =>
  (wanted) =>
    groupCommit.run((transaction) => ensureRoom(transaction, wanted))

/**
 * The same operation as that of `createEnsureRoom` for a backend with an API key, in the transaction of the request.
 */
export const hostRoomHandlers: Handlers<'conversation.ensure'> = {
  'conversation.ensure': (wanted, context) => ensureRoom(context, wanted),
}

type Ensuring = Pick<OpenTransaction, 'store' | 'now' | 'emit'>

/**
 * Finds or creates the room for a context, and brings its members up to date. Simultaneous calls on several nodes make
 * one room.
 */
async function ensureRoom(transaction: Ensuring, given: WantedRoom): Promise<EnsuredRoom> {
  const { store } = transaction
  const wanted = { ...given, members: [...new Map(given.members.map((member) => [member.userId, member])).values()] }
  await store.conversations.holdContext(wanted.context)
  const found = await heldRoom(store, wanted.context)
  const context = await contextOf(transaction, wanted)
  const row = found ?? (await insertRoom(context, wanted))
  await updateMembers(context, row.id, wanted)
  return { conversation: toConversation(await current(context, row.id)), isNew: found === undefined }
}

/** One that is removed on another node, at this moment, has the reference no more once it is held. */
async function heldRoom(store: Ensuring['store'], about: string): Promise<ConversationRow | undefined> {
  const found = await store.conversations.byContext(about)
  if (found) await store.heads.hold([{ conversationId: found.id }])
  return found && store.conversations.byContext(about)
}

const ownerOf = ({ members }: WantedRoom) => members.find(({ role }) => role === 'owner') ?? members[0]

/**
 * A context in which the owner is the caller, so that the changes are theirs. Also one who was suspended meanwhile: the
 * room stays the host's.
 */
async function contextOf({ store, now, emit }: Ensuring, wanted: WantedRoom): Promise<Context> {
  const [user] = await store.users.byIds([ownerOf(wanted)?.userId ?? ''])
  if (!user) throw unknownUser()
  return { caller: { user, sessionId: null, socket: null }, store, now, emit }
}

const unknownUser = () => new OperationError('not_found', 'One of these users does not exist or is deactivated.')

/** The name of a room from its context, which may be too long for a name, or invisible. */
const nameOf = (about: string): string => shownName(about) || 'Room'

async function insertRoom(context: Context, { context: about, name = nameOf(about), topic, visibility }: WantedRoom) {
  const row = newConversation(context, { kind: 'room', visibility, name, topic, context: about })
  await context.store.conversations.insert(row)
  return row
}

async function current({ store }: Context, id: string): Promise<ConversationRow> {
  return (await store.conversations.byId(id)) as ConversationRow
}

/**
 * Adds, changes and removes members in separate steps, because an event says one thing about all users that it names.
 */
async function updateMembers(context: Context, id: string, wanted: WantedRoom): Promise<void> {
  const { store } = context
  const ids = wanted.members.map(({ userId }) => userId)
  const before = new Map((await store.memberships.of(id, ids)).map((row) => [row.user_id, row]))
  const come: NewState[] = []
  const change: NewState[] = []
  for (const { userId: user_id, role } of wanted.members) {
    const row = before.get(user_id)
    if (row?.state === 'active') {
      if (role !== undefined && role !== row.role) change.push({ user_id, role, state: 'active' })
    } else if (row?.state !== 'left' && row?.state !== 'banned') {
      come.push({ user_id, role: role ?? 'member', state: 'active' })
    }
  }
  if (!(await store.users.areReachable(come.map(({ user_id }) => user_id)))) throw unknownUser()
  const leave = wanted.onlyThese ? await othersOf(context, id, ids) : []
  await keepAnOwner(context, id, { come, change, leave, ids, before })
  for (const group of [come, change, leave]) {
    if (group.length > 0) await changeMemberships(context, await current(context, id), group)
  }
}

async function othersOf({ store }: Context, id: string, ids: readonly string[]): Promise<NewState[]> {
  // Bots of webhooks belong to the room: its admins revoke them, and the host does not know their ids.
  const bots = (await store.hooks.of(id)).map((hook) => hook.user_id)
  const others = await store.memberships.othersThan(id, [...ids, ...bots], mostRemoved + 1)
  if (others.length > mostRemoved) {
    throw new OperationError('limit_reached', `More than ${mostRemoved} members would be removed at once.`)
  }
  return others.map((user_id) => ({ user_id, role: 'member', state: 'removed' }))
}

interface Changes {
  come: NewState[]
  change: NewState[]
  leave: readonly NewState[]
  ids: readonly string[]
  before: ReadonlyMap<string, MembershipRow>
}

/**
 * Makes the first named member an owner if none is left: members of a room without an owner could never change that.
 */
async function keepAnOwner({ store }: Context, id: string, { come, change, leave, ids, before }: Changes) {
  const changed = [...come, ...change]
  if (changed.some(({ role }) => role === 'owner')) return
  const gone = new Set([...leave, ...change].map(({ user_id }) => user_id))
  if ((await store.memberships.ownerIds(id, gone.size + 1)).some((owner) => !gone.has(owner))) return
  const heir = ids.find(
    (userId) => changed.some((row) => row.user_id === userId) || before.get(userId)?.state === 'active',
  )
  if (heir === undefined) return
  const row = changed.find(({ user_id }) => user_id === heir)
  if (row) row.role = 'owner'
  else change.push({ user_id: heir, role: 'owner', state: 'active' })
}
