import type { Role } from '@parley/protocol'
import type { Person } from '@parley/server/testing/people'
import fc from 'fast-check'
import { features } from './features/index.ts'
import type { FlowFeature } from './flow-feature.ts'

/** An action by its name; `who` and `whom` choose persons, `where` a room, `which` a message. */
export interface Action {
  what: string
  who: number
  where: number
  whom: number
  which: number
  role: Role
}

const actions: NonNullable<FlowFeature['actions']> = Object.assign({}, ...features.map((feature) => feature.actions))

/** Each name as often as its weight. */
const names = Object.entries(actions).flatMap(([name, [weight]]) => Array.from({ length: weight }, () => name))

/** Random lists of 5 to `most` actions, for four persons and three rooms. */
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

/**
 * Runs an action with the persons and the room that it names; does nothing if one is missing. A refusal is ignored,
 * because it is part of random histories; rejects for an internal error, and for an error without a code.
 */
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
