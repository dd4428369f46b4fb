import type { Context } from '../../core/context.ts'
import { type ContactRow, toContact } from './contact-store.ts'
import type { StoredState } from './contact-table.ts'

/** The new state of the row that `userId` has about `otherId`. */
export interface ContactStep {
  userId: string
  otherId: string
  state: StoredState
}

/** The states of the two rows of a pair; undefined if there is no row. */
export interface ContactPair {
  mine: StoredState | undefined
  theirs: StoredState | undefined
}

/**
 * Locks the contacts, blocks and direct conversations of two users until the commit, and then reads the states of both
 * rows: `mine` of the one that `userId` has about `otherId`, `theirs` of the opposite one; undefined without a row.
 */
export async function holdPair({ store }: Context, userId: string, otherId: string): Promise<ContactPair> {
  await store.contacts.hold(userId, [otherId])
  const mine = await store.contacts.byPair(userId, otherId)
  const theirs = await store.contacts.byPair(otherId, userId)
  return { mine: mine?.state, theirs: theirs?.state }
}

/**
 * Stores in the direct conversations of two users whether they are contacts, so that a send needs no further lookup. If
 * they are, none of them awaits an answer any more.
 */
async function noteInConversations({ store }: Context, one: string, other: string, areContacts: boolean) {
  const ids = await store.conversations.directIdsBetween(one, other)
  await store.heads.hold(ids.map((conversationId) => ({ conversationId })))
  await store.conversations.updateAll(
    ids,
    areContacts ? { direct_contacts: 1, direct_awaits: null } : { direct_contacts: 0 },
  )
}

/**
 * Writes the new states of a pair, each with the next rev of its account, and emits an event to the devices of its
 * owner. If they were or become contacts, stores in their direct conversations whether they are now. Returns the rows
 * in the order of `steps`; does nothing for no steps. `pair` has the states before, from a `holdPair` in this
 * transaction; all steps are about these two users. Checks no blocks and no limits.
 */
export async function changeContacts(context: Context, pair: ContactPair, steps: readonly ContactStep[]) {
  const { store, now } = context
  const [first] = steps
  const isAccepted = steps.some(({ state }) => state === 'accepted')
  // Every transaction locks conversations before accounts, so that two never deadlock.
  if (first && (isAccepted || pair.mine === 'accepted')) {
    await noteInConversations(context, first.userId, first.otherId, isAccepted)
  }
  const revs = await store.users.nextRevs(steps.map(({ userId }) => userId))
  const rows = steps.map(
    ({ userId, otherId, state }, index): ContactRow => ({
      user_id: userId,
      other_id: otherId,
      state,
      since: now,
      account_rev: revs[index] as number,
    }),
  )
  for (const row of rows) await store.contacts.put(row)
  const people = await store.users.byIds(rows.map((row) => row.other_id))
  for (const row of rows) emitToOwner(context, row, people)
  return rows
}

function emitToOwner(
  { emit }: Context,
  row: ContactRow,
  people: Awaited<ReturnType<Context['store']['users']['byIds']>>,
) {
  emit({
    name: 'account.updated',
    payload: {
      rev: row.account_rev,
      memberships: [],
      summaries: [],
      contacts: [toContact(row)],
      users: people.filter(({ id }) => id === row.other_id),
    },
    audience: { channels: [{ kind: 'user', id: row.user_id }] },
  })
}
