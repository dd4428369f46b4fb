import type { Contact } from '@parley/protocol'
import { type ModelOperations, type ModelRun, Refusal } from '../model-run.ts'
import { userOf } from '../model-world.ts'
import type { Simulation } from '../simulation.ts'
import type { AccountQuestion, Actions, ChangedAccountRow, SimulatorFeature } from '../simulator-feature.ts'

const someone = ({ userIds }: Simulation, n: number) => userIds[n % userIds.length] ?? ''

const actions: Actions = {
  'ask for contact': [2, (simulation, tab, _, n) => tab.chat.contacts.request(someone(simulation, n))],
  'accept contact': [1.5, (simulation, tab, _, n) => tab.chat.contacts.accept(someone(simulation, n))],
  'withdraw request': [0.5, (simulation, tab, _, n) => tab.chat.contacts.withdraw(someone(simulation, n))],
  'remove contact': [1, (simulation, tab, _, n) => tab.chat.contacts.remove(someone(simulation, n))],
}

const heldBy = ({ world }: Pick<ModelRun, 'world'>, userId: string, otherId: string) =>
  world.accountRows.get(`${userId} contacts ${otherId}`)?.row as Contact | undefined

/** Changes one row, as one change of its account. */
function put({ world, deliveries }: ModelRun, userId: string, otherId: string, state: Contact['state']): Contact {
  const make = (rev: number): Contact => ({ userId: otherId, state, since: 0, rev })
  const row = world.putAccountRow(userId, 'contacts', otherId, make)
  const payload = { rev: row.rev, memberships: [], summaries: [], contacts: [row], users: [userOf(otherId)] }
  deliveries.push({ name: 'account.updated', payload, userIds: [userId] })
  return row
}

function putBoth(run: ModelRun, otherId: string, mine: Contact['state'], theirs: Contact['state']) {
  const contact = put(run, run.userId, otherId, mine)
  put(run, otherId, run.userId, theirs)
  return { contact }
}

/** Ends a contact that is in the state `from`, for both users. Does nothing if it has ended already. */
function end(run: ModelRun, otherId: string, from: Contact['state']) {
  const mine = heldBy(run, run.userId, otherId)
  if (mine?.state === 'ended') return { contact: mine }
  if (mine?.state !== from) throw new Refusal('not_found')
  return putBoth(run, otherId, 'ended', 'ended')
}

const operations: ModelOperations = {
  'contact.request': (run, { userId }) => {
    if (userId === run.userId) throw new Refusal('invalid_input')
    const mine = heldBy(run, run.userId, userId)
    if (mine?.state === 'accepted' || mine?.state === 'requested') return { contact: mine }
    if (mine?.state === 'received') return putBoth(run, userId, 'accepted', 'accepted')
    return putBoth(run, userId, 'requested', 'received')
  },
  'contact.accept': (run, { userId }) => {
    const mine = heldBy(run, run.userId, userId)
    if (mine?.state === 'accepted') return { contact: mine }
    if (mine?.state !== 'received') throw new Refusal('not_found')
    return putBoth(run, userId, 'accepted', 'accepted')
  },
  'contact.withdraw': (run, { userId }) => end(run, userId, 'requested'),
  'contact.remove': (run, { userId }) => end(run, userId, 'accepted'),
}

const accountSince = ({ world, userId, since, isAnew }: AccountQuestion): ChangedAccountRow[] =>
  world.rowsOfAccount<Contact>(userId, 'contacts').flatMap((row) => {
    if (row.rev <= since || (isAnew && row.state === 'ended')) return []
    return [{ rev: row.rev, rows: { contacts: [row], users: [userOf(row.userId)] } }]
  })

export const contacts: SimulatorFeature = {
  actions,
  operations,
  accountSince,
  checkAccount: (world, state, userId, say) => {
    for (const row of world.rowsOfAccount<Contact>(userId, 'contacts')) {
      const held = state.contacts[row.userId]
      // A device that began anew has no rows of contacts that had ended.
      if ((held?.state ?? 'ended') !== row.state) say(`has ${row.userId} as ${held?.state}, who is ${row.state}`)
    }
    for (const [id, held] of Object.entries(state.contacts)) {
      const row = world.accountRows.get(`${userId} contacts ${id}`)
      if (!row && held.state !== 'ended') say(`has ${id} as ${held.state}, although there is no such contact`)
    }
  },
}
