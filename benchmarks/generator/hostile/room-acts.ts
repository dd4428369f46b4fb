import { type Act, type Acts, at, from, orRefused, textOf } from './act.ts'

/** Leaves a public room of a hundred members and joins it again, in turn. */
const comeAndGo: Act = orRefused(['not_found'], (caller, { open }, i) =>
  caller.ask(i % 2 === 0 ? 'membership.leave' : 'membership.join', { conversationId: open }),
)

/** Acts on conversations, hidings, memberships and incoming webhooks. */
export const roomActs = {
  'conversation.create': (caller, { userIds }, i) =>
    caller.ask('conversation.create', { name: `another ${i}`, userIds: from(userIds, i, 100) }),
  'conversation.openDirect': (caller, { userIds }, i) =>
    caller.ask('conversation.openDirect', { userId: at(userIds, i), context: `another ${i}` }),
  'conversation.update': (caller, { crowded }, i) =>
    caller.ask('conversation.update', { conversationId: crowded, topic: textOf(i) }),
  'hiding.set': (caller, { direct }) => caller.ask('hiding.set', { conversationId: direct }),
  'hiding.remove': (caller, { direct }, i) =>
    caller.ask(i % 2 === 0 ? 'hiding.remove' : 'hiding.set', { conversationId: direct }),
  'membership.setRole': (caller, { crowded, userIds }, i) =>
    caller.ask('membership.setRole', {
      conversationId: crowded,
      userId: userIds[1] ?? '',
      role: i % 2 === 0 ? 'moderator' : 'member',
    }),
  'membership.invite': (caller, { crowded, strangerIds }, i) =>
    caller.ask('membership.invite', { conversationId: crowded, userIds: from(strangerIds, i, 100) }),
  'membership.add': (caller, { crowded, strangerIds }, i) =>
    caller.ask('membership.add', { conversationId: crowded, userIds: from(strangerIds, i, 100) }),
  'membership.remove': orRefused(['not_found'], (caller, { crowded, strangerIds }, i) =>
    caller.ask('membership.remove', { conversationId: crowded, userId: at(strangerIds, i), ban: false }),
  ),
  'membership.join': comeAndGo,
  'membership.leave': comeAndGo,
  'hook.create': orRefused(['limit_reached'], async (caller, { crowded, hookIds }, i) => {
    const { data } = await caller.ask('hook.create', { conversationId: crowded, name: `another ${i}` })
    hookIds.push(data.hook.id)
  }),
  'hook.revoke': orRefused(['not_found'], (caller, { crowded, hookIds }) =>
    caller.ask('hook.revoke', { conversationId: crowded, hookId: hookIds.pop() ?? crowded }),
  ),
} satisfies Acts
