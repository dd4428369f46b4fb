import type { Role } from '@parley/protocol'
import type { Person } from '@parley/server/testing/people'
import fc from 'fast-check'
import { features } from './features/index.ts'
import type { FlowFeature } from './flow-feature.ts'

/** What somebody does somewhere. Numbers choose a person, a room, a message. */
export interface Action {
  what: string
  who: number
  where: number
  whom: number
  which: number
  role: Role
}

const actions: NonNullable<FlowFeature['actions']> = Object.assign({}, ...features.map((feature) => feature.actions))

/** Each as often as its weight says. */
const names = Object.entries(actions).flatMap(([name, [weight]]) => Array.from({ length: weight }, () => name))

export const actionsOf = (most: number): fc.Arbitrary<Action[]> =>
  fc.array(
    fc.record({
      what: fc.constantFrom(...names),
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
  const [, run] = actions[what] ?? []
  await run?.({ me, other, conversationId, which, role }).catch((error: { code?: string }) => {
    if (error.code === undefined || error.code === 'internal') throw error
  })
}
