import { call } from '../../benchmarks/targets/rest-caller.ts'
import { createRandom } from '../faults/rig/random.ts'
import type { FuzzPerson, PieceWorld } from './piece-world.ts'

const peopleInPiece = 4

const passwordOf = (username: string) => `the password of ${username}`

/** Creates an account; resolves with it and its first session. Rejects if the server refuses. */
export async function register(port: number, username: string): Promise<FuzzPerson> {
  const { user, ...session } = await call(port, 'user.register', { username, password: passwordOf(username) })
  return toPerson(user, session)
}

/** Signs a person in again, and puts the new session into `person`. */
export async function signInAgain(port: number, person: FuzzPerson): Promise<void> {
  const { username } = person
  const { user, ...session } = await call(port, 'session.create', { username, password: passwordOf(username) })
  Object.assign(person, toPerson(user, session), { username })
}

const toPerson = (
  { id, username }: { id: string; username: string },
  { sessionId, accessToken, refreshToken }: { sessionId: string; accessToken: string; refreshToken: string },
): FuzzPerson => ({ id, username, sessionId, token: accessToken, refreshToken })

/**
 * Registers new people, and opens rooms and direct conversations among them. `outside` is the id of a conversation of
 * which none of them is a member.
 */
export async function createWorld(port: number, seed: number, outside: string): Promise<PieceWorld> {
  const names = Array.from({ length: peopleInPiece }, (_, i) => `p${seed}-${i}`)
  const people = await Promise.all(names.map((name) => register(port, name)))
  const conversationIds = [outside]
  for (const [i, owner] of people.entries()) {
    const others = people.filter((person) => person !== owner).map(({ id }) => id)
    const visibility = i % 2 === 0 ? 'private' : 'public'
    const room = { name: `Room ${seed}-${i}`, visibility, userIds: others } as const
    conversationIds.push((await call(port, 'conversation.create', room, owner.token)).summary.conversation.id)
    const direct = await call(port, 'conversation.openDirect', { userId: others[i % others.length] ?? '' }, owner.token)
    conversationIds.push(direct.summary.conversation.id)
  }
  const { epoch } = await call(port, 'sync.run', {}, people[0]?.token)
  return { random: createRandom(seed), people, conversationIds, messageIds: [], epoch }
}
