import type { Context } from '../../core/context.ts'
import { type ContactRow, toContact } from './contact-store.ts'
import type { StoredState } from './contact-table.ts'

/** A state that somebody's row about another person takes. */
export interface ContactStep {
  userId: string
  otherId: string
  state: StoredState
}

/** Two people as each of them has the other; undefined where they have had nothing to do with each other. */
export interface ContactPair {
  mine: StoredState | undefined
  theirs: StoredState | undefined
}

/** What there is between two people; nobody else changes it until the commit. */
export async function holdPair({ store }: Context, userId: string, otherId: string): Promise<ContactPair> {
  await store.contacts.hold(userId, [otherId])
  const mine = await store.contacts.byPair(userId, otherId)
  const theirs = await store.contacts.byPair(otherId, userId)
  return { mine: mine?.state, theirs: theirs?.state }
}

/** Notes in the direct conversations of two people whether they are contacts: a message that is sent there looks at no more. */
async function noteInConversations({ store }: Context, one: string, other: string, areContacts: boolean) {
  const ids = await store.conversations.directIdsBetween(one, other)
  await store.heads.hold(ids.map((conversationId) => ({ conversationId })))
  await store.conversations.updateAll(ids, { direct_contacts: areContacts ? 1 : 0 })
}

/**
 * Puts rows between two people into a new state, each as a change of its account of its own, and tells the devices of
 * their owners. A row that looks the same to its owner as before is not told.
 */
export async function changeContacts(context: Context, pair: ContactPair, steps: readonly ContactStep[]) {
  const { store, now } = context
  const [first] = steps
  const isAccepted = steps.some(({ state }) => state === 'accepted')
  // The conversations come before the accounts, in every transaction.
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
  for (const row of rows) tell(context, row, people)
  return rows
}

function tell({ emit }: Context, row: ContactRow, people: Awaited<ReturnType<Context['store']['users']['byIds']>>) {
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
