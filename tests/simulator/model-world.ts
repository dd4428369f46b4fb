import type {
  AccountChange,
  ConversationChange,
  ConversationSummary,
  Membership,
  Message,
  SideRows,
  User,
} from '@parley/protocol'
import { limits } from '@parley/protocol/limits'

/** A room in the model. Features add their fields by declaration. */
export interface ModelRoom {
  id: string
  name: string
  rev: number
  settingsRev: number
  messages: Message[]
  memberships: Map<string, Membership>
}

type AccountFields = Omit<AccountChange, 'rev' | 'user'>

/** A row that is stored for one user alone. */
interface AccountRow {
  userId: string
  field: keyof AccountFields
  row: unknown
}

/** Active or invited. */
export const isIn = (state: Membership['state']) => state === 'active' || state === 'invited'

/** Computes the rows beside rows of a room for a viewer; `userIds`: the users to whom the rows refer. */
type SideRowsOf = (
  room: ModelRoom,
  rows: Partial<ConversationChange>,
  viewerId: string,
  userIds: Iterable<string>,
) => SideRows

/** Everything that the model of the server stores. Rows are never changed, only replaced. */
export class ModelWorld {
  readonly epoch: string
  readonly rooms = new Map<string, ModelRoom>()
  /** The rev of each account. */
  readonly accounts = new Map<string, number>()
  /** The account's rev at the last change of a membership, by user and room. */
  readonly accountRevs = new Map<string, number>()
  /** The rows of accounts beside memberships, by user, field and key. */
  readonly accountRows = new Map<string, AccountRow>()
  readonly messages = new Map<string, Message>()
  /** The input of each sent message as JSON, by its id. */
  readonly sent = new Map<string, string>()
  /** Every state of every message in this history. */
  readonly rows = new Set<Message>()
  /** The highest `seq` that each user has marked as read in this history, by user and room. */
  readonly marked = new Map<string, number>()

  /** Passed in, because the features, from which it is composed, import this class. */
  readonly sideRowsOf: SideRowsOf

  constructor(epoch: string, sideRowsOf: SideRowsOf) {
    this.epoch = epoch
    this.sideRowsOf = sideRowsOf
  }

  /** A copy with the same rows, under another epoch, as a backup restores it. */
  copy(epoch: string): ModelWorld {
    const copy = new ModelWorld(epoch, this.sideRowsOf)
    for (const [id, room] of this.rooms) {
      copy.rooms.set(id, copyCollections(room))
    }
    for (const [id, rev] of this.accounts) copy.accounts.set(id, rev)
    for (const [key, rev] of this.accountRevs) copy.accountRevs.set(key, rev)
    for (const [key, row] of this.accountRows) copy.accountRows.set(key, row)
    for (const [id, message] of this.messages) copy.messages.set(id, message)
    for (const [id, body] of this.sent) copy.sent.set(id, body)
    for (const row of this.rows) copy.rows.add(row)
    // A backup has only those read positions that had reached the server.
    for (const { id, memberships } of this.rooms.values()) {
      for (const { userId, readSeq } of memberships.values()) copy.mark(userId, id, readSeq)
    }
    return copy
  }

  /** Notes that the user has marked this room as read up to `seq`; a lower one than before changes nothing. */
  mark(userId: string, roomId: string, seq: number): void {
    const key = `${userId} ${roomId}`
    this.marked.set(key, Math.max(seq, this.marked.get(key) ?? 0))
  }

  /** The state of the user's membership; undefined if they never had one. */
  stateOf(room: ModelRoom, userId: string): Membership['state'] | undefined {
    return room.memberships.get(userId)?.state
  }

  /** The ids of the room's active members, in the order in which they first came. */
  activeIn(room: ModelRoom): string[] {
    return [...room.memberships.values()].filter((row) => row.state === 'active').map((row) => row.userId)
  }

  /** Changes a membership. Takes the next rev of the account, and that of the room unless `rev` is given. */
  putMembership(room: ModelRoom, userId: string, changes: Partial<Membership>, rev = ++room.rev): Membership {
    const fresh: Membership = {
      conversationId: room.id,
      userId,
      role: 'member',
      state: 'active',
      readSeq: 0,
      deliveredSeq: 0,
      joinedAt: 0,
      joinedSeq: 0,
      rev: 0,
    }
    const row = { ...(room.memberships.get(userId) ?? fresh), ...changes, rev }
    room.memberships.set(userId, row)
    this.nextAccountRev(userId, room.id)
    return row
  }

  /**
   * Counts the account's rev up by one, notes it as that of the last change of what this id names (a room, or a row of
   * `putAccountRow`), and returns it.
   */
  nextAccountRev(userId: string, roomId: string): number {
    const rev = (this.accounts.get(userId) ?? 0) + 1
    this.accounts.set(userId, rev)
    this.accountRevs.set(`${userId} ${roomId}`, rev)
    return rev
  }

  /** Stores a row of an account. `make` gets the rev that the row takes. */
  putAccountRow<Row>(userId: string, field: AccountRow['field'], key: string, make: (rev: number) => Row): Row {
    const row = make(this.nextAccountRev(userId, `${field} ${key}`))
    this.accountRows.set(`${userId} ${field} ${key}`, { userId, field, row })
    return row
  }

  /** The user's rows in this field, as `putAccountRow` has stored them, in the order in which their keys first came. */
  rowsOfAccount<Row>(userId: string, field: AccountRow['field']): Row[] {
    return [...this.accountRows.values()].flatMap((held) =>
      held.userId === userId && held.field === field ? [held.row as Row] : [],
    )
  }

  /**
   * Stores this state of a message under the next rev of the room, in the place of the state before; returns the row as
   * stored.
   */
  putMessage(room: ModelRoom, row: Message): Message {
    const message = { ...row, rev: ++room.rev }
    room.messages[message.seq - 1] = message
    this.messages.set(message.id, message)
    this.rows.add(message)
    return message
  }

  /** The room as the server shows it: always a public room, made by ana. */
  conversation(room: ModelRoom): ConversationSummary['conversation'] {
    const fixed = { kind: 'room', visibility: 'public', topic: null, context: null, createdAt: 0 } as const
    return { ...fixed, id: room.id, name: room.name, createdBy: 'ana', rev: room.settingsRev }
  }

  /** The summary of a room for a user, without messages if they are only invited; undefined if they are not in it. */
  summary(room: ModelRoom, userId: string): ConversationSummary | undefined {
    const mine = room.memberships.get(userId)
    if (mine?.state !== 'active' && mine?.state !== 'invited') return undefined
    const isActive = mine.state === 'active'
    const messages = isActive ? room.messages.slice(-1) : []
    const lastMessage = messages[0] ?? null
    const senderIds = messages.map(({ senderId }) => senderId)
    return {
      conversation: this.conversation(room),
      rev: isActive ? room.rev : Math.max(room.settingsRev, mine.rev),
      lastSeq: isActive ? room.messages.length : 0,
      memberships: [mine],
      lastMessage,
      unread: isActive ? unreadOf(room, mine) : 0,
      ...this.sideRowsOf(room, { messages }, userId, [userId, ...senderIds]),
    }
  }
}

const copyOf = (value: unknown) => {
  if (value instanceof Map) return new Map(value)
  return Array.isArray(value) ? [...value] : value
}

/** Rows are never changed, so a copy of the collections that hold them is enough. */
const copyCollections = (room: ModelRoom): ModelRoom =>
  Object.fromEntries(Object.entries(room).map(([field, value]) => [field, copyOf(value)])) as unknown as ModelRoom

/**
 * Counts, from the stored rows, the messages after the read position and the joining that are by others and not
 * deleted; never more than `limits.unread`.
 */
export function unreadOf(room: ModelRoom, mine: Membership): number {
  const from = Math.max(mine.readSeq, mine.joinedSeq)
  const rows = room.messages.filter((row) => row.seq > from && row.senderId !== mine.userId && row.deletedAt === null)
  return Math.min(limits.unread, rows.length)
}

const users = new Map<string, User>()

/** The user with this id, who is named by it; the same object at each call. */
export function userOf(id: string): User {
  const user = users.get(id) ?? { id, username: id, displayName: id, avatarUrl: null, role: 'user' }
  users.set(id, user)
  return user
}
