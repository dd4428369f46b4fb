import type { Input, Message, SignedIn, User, WireError } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import type { TestServer, TestSocket } from './test-server.ts'

/** A registered user with one connected socket. */
export interface Person extends TestSocket {
  user: User
  id: string
  signedIn: SignedIn
}

let count = 0

/** A user name that is not taken, so that one server can serve a whole file of tests. */
export const newName = (name = 'ana') => `${name}${++count}`

/** Registers a user whose name begins with `name`, and connects a socket. */
export async function arrive(server: TestServer, name?: string): Promise<Person> {
  return enter(server, await server.register(newName(name)))
}

/** Registers this many users, ten at a time: a server turns away a crowd that signs in at once. */
export async function registerMany(server: TestServer, count: number): Promise<SignedIn[]> {
  const users: SignedIn[] = []
  while (users.length < count) {
    const some = Array.from({ length: Math.min(10, count - users.length) }, () => server.register(newName('guest')))
    users.push(...(await Promise.all(some)))
  }
  return users
}

/** Connects one more socket of a user who has signed in. */
export async function enter(server: TestServer, signedIn: SignedIn): Promise<Person> {
  const socket = await server.connect(signedIn)
  return { ...socket, user: signedIn.user, id: signedIn.user.id, signedIn }
}

/**
 * Registers and connects several users at the same time.
 *
 * @example
 * const [ana, bo] = await arriveAll(server, 'ana', 'bo')
 */
export async function arriveAll<N extends string[]>(
  server: TestServer,
  ...names: [...N]
): Promise<{ [K in keyof N]: Person }> {
  return (await Promise.all(names.map((name) => arrive(server, name)))) as { [K in keyof N]: Person }
}

type RoomSettings = Partial<Omit<Input<'conversation.create'>, 'userIds'>>

/** Makes a room, by default a private one, with these members; resolves with its id. */
export async function openRoom(
  owner: TestSocket,
  members: readonly Person[] = [],
  settings: RoomSettings = {},
): Promise<string> {
  const userIds = members.map((member) => member.id)
  const room = { name: 'Kitchen', visibility: 'private' as const, ...settings, userIds }
  return (await owner.ask('conversation.create', room)).summary.conversation.id
}

/** Opens the direct conversation of two users; resolves with its id. */
export async function openDirect(one: TestSocket, other: Person): Promise<string> {
  return (await one.ask('conversation.openDirect', { userId: other.id })).summary.conversation.id
}

/** A new UUIDv7, as ids of messages are. */
export const newId = () => uuidv7()

/** The body of a text message. */
export const plain = (text: string) => ({ kind: 'plain', text }) as const

/** Sends a text message; resolves with the stored message. */
export async function say(person: TestSocket, conversationId: string, text = 'Hello'): Promise<Message> {
  return (await person.ask('message.send', { conversationId, id: newId(), body: plain(text) })).message
}

/**
 * Resolves when all events that were sent to these users before have arrived: a socket keeps the order, so an answer
 * comes after them. An event that has not arrived by then was not sent.
 */
export async function settled(...people: TestSocket[]): Promise<void> {
  await Promise.all(people.map((person) => person.settled()))
}

/** The error of a refused operation, without its request id, which is new each time; undefined if it is not refused. */
export async function refusalOf(
  person: TestSocket,
  name: string,
  input: unknown,
): Promise<Omit<WireError, 'requestId'> | undefined> {
  const reply = await person.reply(name, input)
  if (reply.ok) return undefined
  const { requestId: _, ...error } = reply.error
  return error
}
