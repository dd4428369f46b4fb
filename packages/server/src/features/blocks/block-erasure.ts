import type { Erasure } from '../../core/erasure.ts'
import { putBlock } from './blocks.ts'

/** One pair in a slice. What others see of their own block is that it was lifted: there is nobody left to be blocked. */
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
