import { type Acts, at, orRefused, overRest } from './act.ts'

/** Acts on the caller's profile, contacts, blocks and sessions. */
export const personActs = {
  'user.update': (caller, _, i) => caller.ask('user.update', { displayName: `another ${i}` }),
  'contact.request': orRefused(['limit_reached', 'no_contact'], (caller, { strangerIds }, i) =>
    caller.ask('contact.request', { userId: at(strangerIds, i) }),
  ),
  'contact.withdraw': orRefused(['not_found'], (caller, { strangerIds }, i) =>
    caller.ask('contact.withdraw', { userId: at(strangerIds, i) }),
  ),
  'contact.accept': orRefused(['not_found'], (caller, { requesterIds }, i) =>
    caller.ask('contact.accept', { userId: at(requesterIds, i) }),
  ),
  'contact.remove': orRefused(['not_found'], (caller, { requesterIds }, i) =>
    caller.ask('contact.remove', { userId: at(requesterIds, i) }),
  ),
  'contact.decline': orRefused(['not_found'], (caller, { requesterIds }, i) =>
    caller.ask('contact.decline', { userId: at(requesterIds, i) }),
  ),
  'block.add': orRefused(['limit_reached'], (caller, { userIds }, i) =>
    caller.ask('block.add', { userId: at(userIds.slice(1), i) }),
  ),
  'block.remove': orRefused(['not_found'], (caller, { userIds }, i) =>
    caller.ask('block.remove', { userId: at(userIds.slice(1), i) }),
  ),
  'session.renew': (caller, { token: accessToken }) => caller.ask('session.renew', { accessToken }),
  'session.revoke': orRefused(['not_found'], (caller, { sessionIds }, i) =>
    caller.ask('session.revoke', { sessionId: at(sessionIds, i) }),
  ),
  'session.end': orRefused(['unauthenticated'], (_, world, i) =>
    overRest(world, 'session.end', {}, at(world.spareTokens, i)),
  ),
} satisfies Acts
