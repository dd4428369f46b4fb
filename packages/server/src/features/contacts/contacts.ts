import type { Contact } from '@parley/protocol'
import { contactLimits } from '@parley/protocol/features/contacts'
import type { Context } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { type ContactPair, type ContactStep, changeContacts, holdPair } from './contact-changes.ts'
import type { contactPolicy } from './contact-policy.ts'
import { toContact } from './contact-store.ts'
import type { StoredState } from './contact-table.ts'

const shown = ['requested', 'received', 'accepted'] as const

/**
 * The operations on the caller's own contacts. A request to a user who has requested the caller makes both contacts; to
 * one who blocks the caller or has declined before, it is answered as usual but not delivered. It throws
 * `invalid_input` toward oneself, `not_found` for an unknown, deactivated or suspended user, `no_contact` if the caller
 * blocks the user, and `limit_reached` if either has too many open requests. To request, accept or end what is so
 * already changes nothing; to accept or end from another state throws `not_found`. The list leaves out ended contacts.
 */
export const contactHandlers: Handlers<keyof typeof contactPolicy> = {
  'contact.request': async ({ userId }, context) => {
    const { store, caller } = context
    if (userId === caller.user.id) throw new OperationError('invalid_input', 'userId: must be another person')
    if (!(await store.users.areReachable([userId]))) throw new OperationError('not_found')
    const pair = await holdPair(context, caller.user.id, userId)
    const blocks = await store.blocks.between(caller.user.id, userId)
    if (blocks.byOne) throw new OperationError('no_contact')
    if (pair.mine === 'accepted' || pair.mine === 'requested') return presentContact(context, userId)
    // Both have requested: that accepts the contact.
    if (pair.theirs === 'requested' && !blocks.byOther) return agree(context, pair, userId)
    await assertBelowLimits(context, userId)
    const steps: ContactStep[] = [{ userId: caller.user.id, otherId: userId, state: 'requested' }]
    // A blocked or declined user gets the same answer, but the request is not delivered.
    if (!blocks.byOther && pair.theirs !== 'declined') {
      steps.push({ userId, otherId: caller.user.id, state: 'received' })
    }
    return changeOwn(context, pair, steps)
  },

  'contact.accept': async ({ userId }, context) => {
    const pair = await holdPair(context, context.caller.user.id, userId)
    if (pair.mine === 'accepted') return presentContact(context, userId)
    if (pair.mine !== 'received') throw new OperationError('not_found')
    return agree(context, pair, userId)
  },

  'contact.decline': async ({ userId }, context) =>
    end(context, userId, 'received', ({ userId: me, otherId }) => [{ userId: me, otherId, state: 'declined' }]),

  'contact.withdraw': async ({ userId }, context) =>
    end(context, userId, 'requested', ({ userId: me, otherId }, { theirs }) => [
      { userId: me, otherId, state: 'ended' },
      ...(theirs === 'received' ? [{ userId: otherId, otherId: me, state: 'ended' as const }] : []),
    ]),

  'contact.remove': async ({ userId }, context) =>
    end(context, userId, 'accepted', ({ userId: me, otherId }) => [
      { userId: me, otherId, state: 'ended' },
      { userId: otherId, otherId: me, state: 'ended' },
    ]),

  'contact.list': async ({ state, after, limit }, { store, caller }) => {
    const rows = await store.contacts.page(caller.user.id, state ? [state] : shown, after ?? '', limit + 1)
    const page = rows.slice(0, limit)
    const users = await store.users.byIds(page.map((row) => row.other_id))
    return { contacts: page.map(toContact), users, hasMore: rows.length > limit }
  },
}

interface Answer {
  contact: Contact
}

/** The caller's present contact. */
async function presentContact({ store, caller }: Context, otherId: string): Promise<Answer> {
  const row = await store.contacts.byPair(caller.user.id, otherId)
  if (!row) throw new OperationError('not_found')
  return { contact: toContact(row) }
}

/** Changes the rows and answers with the caller's own, which must be the first. */
async function changeOwn(context: Context, pair: ContactPair, steps: readonly ContactStep[]): Promise<Answer> {
  const [row] = await changeContacts(context, pair, steps)
  if (!row) throw new OperationError('not_found')
  return { contact: toContact(row) }
}

const agree = (context: Context, pair: ContactPair, otherId: string): Promise<Answer> => {
  const me = context.caller.user.id
  return changeOwn(context, pair, [
    { userId: me, otherId, state: 'accepted' },
    { userId: otherId, otherId: me, state: 'accepted' },
  ])
}

/**
 * Ends a contact that is in the state `from`; if it has ended already, answers with it. Throws `not_found` in other
 * states.
 */
async function end(
  context: Context,
  otherId: string,
  from: StoredState,
  stepsOf: (key: Omit<ContactStep, 'state'>, pair: ContactPair) => ContactStep[],
): Promise<Answer> {
  const userId = context.caller.user.id
  const pair = await holdPair(context, userId, otherId)
  if (pair.mine === 'ended' || pair.mine === 'declined') return presentContact(context, otherId)
  if (pair.mine !== from) throw new OperationError('not_found')
  return changeOwn(context, pair, stepsOf({ userId, otherId }, pair))
}

/** Counts undelivered requests too, so that a blocked user sees no difference. */
async function assertBelowLimits({ store, caller }: Context, otherId: string): Promise<void> {
  const requested = await store.contacts.count(caller.user.id, 'requested')
  const received = await store.contacts.count(otherId, 'received')
  if (requested >= contactLimits.requested || received >= contactLimits.received) {
    throw new OperationError('limit_reached')
  }
}
