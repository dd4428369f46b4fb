import type { ParsedInput, User } from '@parley/protocol'
import type { StrangerContext } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { bringIn } from './host-users.ts'
import { toUser } from './user-store.ts'

/** What a backend says of its users. */
export const provisioningHandlers: Handlers<'user.upsert' | 'user.upsertMany'> = {
  'user.upsert': async (input, context) => ({ user: await put(input, context) }),

  'user.upsertMany': async ({ users }, context) => {
    const kept: User[] = []
    for (const one of users) kept.push(await put(one, context))
    return { users: kept }
  },
}

async function put({ userId, ...given }: ParsedInput<'user.upsert'>, context: StrangerContext): Promise<User> {
  const before = await context.store.users.byId(userId)
  if (before && before.password_hash !== null) {
    throw new OperationError('forbidden', 'This person has an account at Parley, and describes themselves.')
  }
  return toUser(await bringIn(context, { id: userId, ...given }))
}
