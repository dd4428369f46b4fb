import type { Erasure } from '../../core/erasure.ts'
import { putBlock } from './blocks.ts'

/**
 * Deletes the blocks of an erased user, one pair in each slice. Blocks of others against the user stay as lifted rows,
 * with an event to their owners.
 */
export const blockErasure: Erasure = {
  ofAccount: async (context) => {
    const { store, caller } = context
    const me = caller.user.id
    const otherId = await store.blocks.someOtherOf(me)
    if (otherId === undefined) return undefined
    await store.contacts.hold(me, [otherId])
    const { byOther } = await store.blocks.between(me, otherId)
    if (byOther) await putBlock(context, { userId: otherId, otherId: me, removed: 1 })
    await store.blocks.dropPositions(me, otherId)
    await store.blocks.drop(me, otherId)
    return 0
  },
}
