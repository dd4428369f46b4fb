import type { Membership, Message, User } from '@parley/protocol'

/** The newer of two states of one message. */
export const newerMessage = (held: Message, given: Message): Message => (given.rev > held.rev ? given : held)

/**
 * The newer state of one membership. Positions are not part of the rev and only grow, so that they are taken by
 * maximum, whichever row is newer.
 */
function newerMembership(held: Membership | undefined, given: Membership): Membership {
  if (!held) return given
  const row = given.rev > held.rev ? given : held
  return withPositions(row, maximum(held, given))
}

type Positions = Pick<Membership, 'readSeq' | 'deliveredSeq'>

const maximum = (a: Positions, b: Positions): Positions => ({
  readSeq: Math.max(a.readSeq, b.readSeq),
  deliveredSeq: Math.max(a.deliveredSeq, b.deliveredSeq),
})

const withPositions = (row: Membership, { readSeq, deliveredSeq }: Positions): Membership =>
  row.readSeq === readSeq && row.deliveredSeq === deliveredSeq ? row : { ...row, readSeq, deliveredSeq }

/** The membership with both positions at least as far as given. */
export const advanced = (held: Membership, given: Positions): Membership => withPositions(held, maximum(held, given))

const sameUser = (a: User, b: User) =>
  a.username === b.username && a.displayName === b.displayName && a.avatarUrl === b.avatarUrl && a.role === b.role

/** Puts rows into a record; the record keeps its identity if nothing changed. */
function putAll<T>(record: Record<string, T>, rows: readonly (readonly [string, T])[]): Record<string, T> {
  let next = record
  for (const [key, row] of rows) {
    if (next[key] === row) continue
    if (next === record) next = { ...record }
    next[key] = row
  }
  return next
}

export const putUsers = (held: Record<string, User>, users: readonly User[] = []): Record<string, User> =>
  putAll(
    held,
    users.map((user) => {
      const old = held[user.id]
      return [user.id, old && sameUser(old, user) ? old : user] as const
    }),
  )

export const putMemberships = (
  held: Record<string, Membership>,
  memberships: readonly Membership[] = [],
): Record<string, Membership> =>
  putAll(
    held,
    memberships.map((given) => [given.userId, newerMembership(held[given.userId], given)] as const),
  )

/** The record without a key; the same record if it never had it. */
export function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  if (!(key in record)) return record
  const { [key]: _, ...rest } = record
  return rest
}
