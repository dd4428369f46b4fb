import { type Acts, at, orRefused, overRest, sendLong } from './act.ts'
import { password } from './hostile-world.ts'

const reason = 'x'.repeat(500)

/** Acts of an administrator, which the caller is. */
export const administrationActs = {
  'administration.listPeople': (caller) => caller.ask('administration.listPeople', { query: 'e' }),
  'administration.listRooms': (caller) => caller.ask('administration.listRooms', {}),
  'administration.suspend': (caller, { userIds }, i) =>
    caller.ask('administration.suspend', { userId: at(userIds.slice(1), i), reason }),
  'administration.restore': (caller, { userIds }, i) =>
    caller.ask('administration.restore', { userId: at(userIds.slice(1), i), reason }),
  'administration.endSessions': (caller, { strangerIds }, i) =>
    caller.ask('administration.endSessions', { userId: at(strangerIds, i), reason }),
  'administration.createPasswordLink': async (caller, { account, linkTokens }) => {
    const { data } = await caller.ask('administration.createPasswordLink', { userId: account.user.id, reason })
    linkTokens.push(data.token)
  },
  // Of several links, only the last is valid.
  'passwordLink.use': orRefused(['not_found'], (_, world) =>
    overRest(world, 'passwordLink.use', { token: world.linkTokens.pop() ?? 'none', newPassword: password }),
  ),
  'administration.removeMessage': async (caller, world, i) =>
    caller.ask('administration.removeMessage', { messageId: await sendLong(caller, world, i), reason }),
  'administration.removeRoom': (caller, { positions }, i) => {
    const rooms = positions.slice(positions.length / 2).map(({ conversationId }) => conversationId)
    return caller.ask('administration.removeRoom', { conversationId: at(rooms, i), reason })
  },
  'administration.listActs': (caller) => caller.ask('administration.listActs', {}),
} satisfies Acts
