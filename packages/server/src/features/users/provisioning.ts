import type { ParsedInput } from '@parley/protocol'
import { type Handlers, prepared } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import { upsertHostUser } from './host-users.ts'
import { putInSlices } from './put-in-slices.ts'
import { beginErasing, type Changing, deactivate, restore } from './user-lifecycle.ts'
import { toUser, type UserRow } from './user-store.ts'

type Provisioning = 'user.upsert' | 'user.upsertMany' | 'user.deactivate' | 'user.restore' | 'user.erase'

/**
 * Makes the handlers by which a backend with an API key manages its users. All refuse a user with an account at Parley
 * with `forbidden`, the upserts also an erased one; deactivating and restoring refuse an unknown or erased user with
 * `not_found`, erasing an unknown one. `user.upsertMany` refuses one id twice with `invalid_input`, and stores in
 * slices: after a failure some users may be stored. `user.erase` removes the profile before it answers, the rest in the
 * background; `isDone` is true in the answer of a later call, once all is gone.
 */
export const createProvisioningHandlers = (kernel: Kernel): Handlers<Provisioning> => ({
  'user.upsert': async (input, context) => {
    await assertOfBackend(context, input.userId)
    return { user: toUser(await upsertHostUser(context, describedBy(input))) }
  },

  'user.upsertMany': prepared('user.upsertMany', {
    // In slices, because a hundred users in a thousand rooms each would delay all other commits.
    before: async ({ users }, { store }) => {
      const ids = users.map(({ userId }) => userId)
      if (new Set(ids).size < ids.length) {
        throw new OperationError('invalid_input', 'Two of these users have the same id.')
      }
      assertMayBeDescribed(await store.users.rows(ids))
      await putInSlices(kernel, users.map(describedBy))
    },
    commit: async ({ users }, { store }) => {
      const known = new Map((await store.users.byIds(users.map(({ userId }) => userId))).map((user) => [user.id, user]))
      return { users: users.flatMap(({ userId }) => known.get(userId) ?? []) }
    },
  }),

  'user.deactivate': async ({ userId }, context) => {
    await assertOfBackend(context, userId)
    await deactivate(context, userId)
    return {}
  },

  'user.restore': async ({ userId }, context) => {
    await assertOfBackend(context, userId)
    return { user: await restore(context, userId) }
  },

  'user.erase': async ({ userId }, context) => {
    await assertOfBackend(context, userId)
    const isLeft = await beginErasing(context, userId)
    if (isLeft) kernel.resumeErasures()
    return { isDone: !isLeft }
  },
})

const describedBy = ({ userId, ...given }: ParsedInput<'user.upsert'>) => ({ id: userId, ...given })

/** Throws `forbidden` for a user with an account at Parley, which API keys cannot change. */
async function assertOfBackend({ store }: Changing, userId: string): Promise<void> {
  const row = await store.users.byId(userId)
  if (row && row.password_hash !== null) throw hasAccount()
}

const hasAccount = () =>
  new OperationError('forbidden', 'This user has an account at Parley, which an API key cannot change.')

function assertMayBeDescribed(rows: readonly UserRow[]): void {
  if (rows.some(({ password_hash }) => password_hash !== null)) throw hasAccount()
  const erased = rows.find(({ erased_at }) => erased_at !== null)
  if (erased) throw new OperationError('forbidden', `${erased.id} was erased: its id is not used again.`)
}
