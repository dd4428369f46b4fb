import { type Acts, at, from, orRefused, overRest } from './act.ts'

/** Acts of a backend with an API key. */
export const backendActs = {
  'user.upsert': (_, world, i) => {
    const person = { userId: world.ownId, username: 'person0', displayName: `another ${i}`, role: 'admin' } as const
    return overRest(world, 'user.upsert', person, world.key)
  },
  'user.upsertMany': (_, world, i) => {
    const users = from(world.userIds.slice(1), i, 100).map((userId) => ({ userId, username: `${userId} ${i}` }))
    return overRest(world, 'user.upsertMany', { users }, world.key)
  },
  'conversation.ensure': (_, world, i) => {
    const members = from(world.userIds.slice(1), i, 100).map((userId) => ({ userId }))
    return overRest(world, 'conversation.ensure', { context: `job ${i % 3}`, members, onlyThese: true }, world.key)
  },
  'user.deactivate': (_, world, i) =>
    overRest(world, 'user.deactivate', { userId: at(world.strangerIds, i) }, world.key),
  'user.restore': (_, world, i) => overRest(world, 'user.restore', { userId: at(world.strangerIds, i) }, world.key),
} satisfies Acts

/** The acts that cannot be undone. */
export const erasingActs = {
  'user.erase': orRefused(['not_found'], (_, world, i) =>
    overRest(world, 'user.erase', { userId: at(world.strangerIds, i) }, world.key),
  ),
} satisfies Acts
