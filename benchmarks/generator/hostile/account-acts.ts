import { randomUUID } from 'node:crypto'
import { type Acts, orRefused, overRest } from './act.ts'
import { password } from './hostile-world.ts'

/** Acts with a password: of strangers, and of the account that they know. */
export const accountActs = {
  'user.register': (_, world) =>
    overRest(world, 'user.register', { username: `new-${randomUUID().slice(0, 23)}`, password }),
  'session.create': (_, world) =>
    overRest(world, 'session.create', { username: world.account.user.username, password }),
  'session.refresh': orRefused(['unauthenticated'], async (_, world) => {
    const { refreshToken } = world.account
    world.account = await overRest(world, 'session.refresh', { refreshToken })
  }),
  // Of two changes at once, only one is made.
  'user.changePassword': orRefused(['bad_credentials', 'unauthenticated'], (_, world) => {
    const passwords = { currentPassword: password, newPassword: password }
    return overRest(world, 'user.changePassword', passwords, world.account.accessToken)
  }),
} satisfies Acts
