import type { Erasure } from '../../core/erasure.ts'
import { changeContacts, holdPair } from './contact-changes.ts'

/**
 * Deletes the contacts of an erased user, one pair in each slice, because each locks accounts and conversations of two
 * users. The row of the other user, if there is one, stays, as `ended` with an event to its owner, or unchanged if it
 * had ended or was declined before.
 */
export const contactErasure: Erasure = {
  ofAccount: async (context) => {
    const { store, caller } = context
    const me = caller.user.id
    const otherId = await store.contacts.someOtherOf(me)
    if (otherId === undefined) return undefined
    const pair = await holdPair(context, otherId, me)
    if (pair.mine === 'requested' || pair.mine === 'received' || pair.mine === 'accepted') {
      await changeContacts(context, pair, [{ userId: otherId, otherId: me, state: 'ended' }])
    }
    await store.contacts.drop(me, otherId)
    return 0
  },
}
