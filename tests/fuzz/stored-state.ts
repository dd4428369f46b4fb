import { setTimeout as pause } from 'node:timers/promises'
import { type Input, limits, type Message, type Output, type Reply } from '@parley/protocol'
import { signInAgain } from './cast.ts'
import { FuzzSocket } from './fuzz-socket.ts'
import type { FuzzPerson } from './piece-world.ts'

type Summary = Output<'conversation.get'>['summary']

interface StoredState {
  violations: string[]
  /** The `lastSeq` of each conversation, by its id. */
  lastSeqs: Map<string, number>
}

/**
 * Requests of closed sockets may still run, so only a violation that stays counts: the state is read up to 20 times.
 */
const readings = { most: 20, pauseMs: 250 }

/**
 * Reads everything that these people may read, as a new device of each would, and lists contradictions. Reads again
 * while there are any, up to 20 times, because requests of closed sockets may still run. Signs all of them in again.
 */
export async function storedState(port: number, people: readonly FuzzPerson[]): Promise<StoredState> {
  for (let reading = 1; ; reading++) {
    const state = await readState(port, people)
    if (state.violations.length === 0 || reading === readings.most) return state
    await pause(readings.pauseMs)
  }
}

async function readState(port: number, people: readonly FuzzPerson[]): Promise<StoredState> {
  const state: StoredState = { violations: [], lastSeqs: new Map() }
  for (const person of people) {
    await signInAgain(port, person)
    const socket = await FuzzSocket.open(port, 'native', person.token)
    if (!socket) throw new Error(`${person.username} was not admitted to read the stored state`)
    for (const summary of await readAccount(socket)) {
      // A request that still runs may remove the person from the conversation while it is read.
      await checkConversation(socket, person, summary, state).catch((error: Error) =>
        state.violations.push(error.message),
      )
    }
    socket.destroy()
  }
  return state
}

/** All conversations of an account, by as many syncs as that takes. */
async function readAccount(socket: FuzzSocket): Promise<Summary[]> {
  const summaries: Summary[] = []
  let known: Pick<Input<'sync.run'>, 'epoch' | 'rev'> = {}
  for (let hasMore = true; hasMore; ) {
    const answer = await read<Output<'sync.run'>>(socket, 'sync.run', known)
    summaries.push(...answer.account.summaries)
    known = { epoch: answer.epoch, rev: answer.account.rev }
    hasMore = answer.hasMore
  }
  return summaries
}

async function checkConversation(socket: FuzzSocket, { id }: FuzzPerson, summary: Summary, state: StoredState) {
  const conversationId = summary.conversation.id
  const own = summary.memberships.find(({ userId }) => userId === id)
  if (own?.state !== 'active') return
  const messages = await readAll(socket, conversationId)
  const wrong = (what: string) => state.violations.push(`conversation ${conversationId}: ${what}`)
  const known = state.lastSeqs.get(conversationId) ?? summary.lastSeq
  if (known !== summary.lastSeq) wrong(`one has ${known} places, another ${summary.lastSeq}`)
  state.lastSeqs.set(conversationId, summary.lastSeq)
  const gap = messages.findIndex(({ seq }, i) => seq !== i + 1)
  if (gap >= 0) wrong(`place ${gap + 1} is taken by ${messages[gap]?.seq}`)
  if (messages.length !== summary.lastSeq) wrong(`${messages.length} messages in ${summary.lastSeq} places`)
  const from = Math.max(own.readSeq, own.joinedSeq)
  const unread = messages.filter((each) => each.seq > from && each.senderId !== id && each.deletedAt === null)
  const shown = Math.min(unread.length, limits.unread)
  if (summary.unread !== shown) wrong(`${shown} are unread for ${id}, and ${summary.unread} are shown`)
  const late = messages.find(({ rev }) => rev > summary.rev)
  if (late) wrong(`the message ${late.id} has the rev ${late.rev}, later than ${summary.rev}`)
}

async function readAll(socket: FuzzSocket, conversationId: string): Promise<Message[]> {
  const messages: Message[] = []
  for (let hasAfter = true; hasAfter; ) {
    const input = { conversationId, after: messages.at(-1)?.seq ?? 0, limit: limits.page }
    const page = await read<Output<'message.page'>>(socket, 'message.page', input)
    messages.push(...page.messages)
    hasAfter = page.hasAfter && page.messages.length > 0
  }
  return messages
}

async function read<T>(socket: FuzzSocket, name: string, input: unknown): Promise<T> {
  const frame = await socket.call(name, input)
  const [reply] = JSON.parse(frame?.slice(frame.indexOf('[')) ?? '[{"ok":false}]') as [Reply<T>]
  if (!reply.ok) throw new Error(`${name} was answered with ${frame?.slice(0, 300)}`)
  return reply.data
}
