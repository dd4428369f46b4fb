import { type Handlers, staged } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { OperationError } from '../../core/operation-error.ts'
import { endAccess } from '../users/user-lifecycle.ts'
import { beginActOn, noteAct } from './acts.ts'
import { toPerson } from './administration.ts'

type SendsKernel = Pick<Kernel, 'store' | 'groupCommit'>

export const createSuspensionHandlers = (kernel: SendsKernel): Handlers<'administration.suspend'> => ({
  'administration.suspend': staged('administration.suspend', {
    before: async ({ userId }, { caller }) => {
      if (userId === caller.user.id) throw new OperationError('forbidden', 'You cannot suspend yourself.')
    },
    commit: async ({ userId, reason }, context) => {
      const row = await beginActOn(context, userId)
      if (row.suspended_at !== null) return { person: toPerson(row) }
      await context.store.users.update(userId, { suspended_at: context.now })
      await endAccess(context, row, row.deactivated_at)
      await noteAct(context, { act: 'suspend', user_id: userId, reason })
      return { person: toPerson({ ...row, suspended_at: context.now }) }
    },
    after: async (answer) => {
      await sendsAreCommitted(kernel, answer.person.user.id)
      return answer
    },
  }),
})

/** The most conversations that one transaction locks. */
const atOnce = 100

/**
 * Resolves when every send of this user that did not see the suspension is committed, also on other nodes. Such a send has
 * locked its conversation: so this locks each of them once, a slice at a time, because others send there meanwhile.
 */
async function sendsAreCommitted({ store, groupCommit }: SendsKernel, userId: string): Promise<void> {
  if (!store.administration.hasOtherWriters) return
  const ids = await store.memberships.conversationIdsOf(userId)
  for (let from = 0; from < ids.length; from += atOnce) {
    const slice = ids.slice(from, from + atOnce).map((conversationId) => ({ conversationId }))
    await sliceOrder.next()
    // In a batch of its own, because it may lock conversations in another order than a command.
    await groupCommit.run(({ store }) => store.heads.hold(slice), Symbol())
  }
}
