import type { Role } from '@parley/protocol'
import { newId, type Person, plain } from '@parley/server/testing/people'
import fc from 'fast-check'

/** What somebody does somewhere. Numbers choose a person, a room, a message. */
export interface Action {
  what: keyof typeof doing
  who: number
  where: number
  whom: number
  which: number
  role: Role
}

interface Stage {
  me: Person
  conversationId: string
  other: Person
  which: number
  role: Role
}

const someMessage = async ({ me, conversationId, which }: Stage) => {
  const { messages } = await me.ask('message.page', { conversationId, limit: 20 })
  return messages[which % Math.max(messages.length, 1)]?.id ?? newId()
}

const about = ({ conversationId, other }: Stage) => ({ conversationId, userId: other.id })
const people = ({ conversationId, other }: Stage) => ({ conversationId, userIds: [other.id] })

const doing = {
  send: ({ me, conversationId, which }: Stage) =>
    me.ask('message.send', { conversationId, id: newId(), body: plain(`${which}`) }),
  edit: async (stage: Stage) =>
    stage.me.ask('message.edit', { messageId: await someMessage(stage), body: plain('edited') }),
  delete: async (stage: Stage) => stage.me.ask('message.delete', { messageId: await someMessage(stage) }),
  read: ({ me, conversationId, which }: Stage) => me.ask('receipt.read', { conversationId, seq: which }),
  join: ({ me, conversationId }: Stage) => me.ask('membership.join', { conversationId }),
  leave: ({ me, conversationId }: Stage) => me.ask('membership.leave', { conversationId }),
  invite: (stage: Stage) => stage.me.ask('membership.invite', people(stage)),
  add: (stage: Stage) => stage.me.ask('membership.add', people(stage)),
  remove: (stage: Stage) => stage.me.ask('membership.remove', about(stage)),
  ban: (stage: Stage) => stage.me.ask('membership.remove', { ...about(stage), ban: true }),
  setRole: (stage: Stage) => stage.me.ask('membership.setRole', { ...about(stage), role: stage.role }),
  rename: ({ me, conversationId, which }: Stage) =>
    me.ask('conversation.update', { conversationId, name: `Room ${which}` }),
  profile: ({ me, which }: Stage) => me.ask('user.update', { displayName: `${me.user.username} ${which}` }),
}

const often: Action['what'][] = ['send', 'send', 'send', 'edit', 'delete', 'add', 'read']

export const actionsOf = (most: number): fc.Arbitrary<Action[]> =>
  fc.array(
    fc.record({
      what: fc.constantFrom(...(Object.keys(doing) as Action['what'][]), ...often),
      who: fc.nat(3),
      where: fc.nat(2),
      whom: fc.nat(3),
      which: fc.nat(9),
      role: fc.constantFrom<Role>('owner', 'admin', 'moderator', 'member'),
    }),
    { minLength: 5, maxLength: most },
  )

/** Does it. What one may not do changes nothing, and is part of every history. */
export async function perform(
  persons: Person[],
  rooms: string[],
  { what, who, where, whom, which, role }: Action,
): Promise<void> {
  const [me, other, conversationId] = [persons[who], persons[whom], rooms[where]]
  if (!me || !other || conversationId === undefined) return
  await doing[what]({ me, other, conversationId, which, role }).catch((error: { code?: string }) => {
    if (error.code === undefined || error.code === 'internal') throw error
  })
}
