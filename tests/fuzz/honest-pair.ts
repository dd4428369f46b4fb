import { newId } from '@parley/server/testing/people'
import { call } from '../../benchmarks/targets/rest-caller.ts'
import { register, signInAgain } from './cast.ts'
import { FuzzSocket } from './fuzz-socket.ts'
import type { FuzzPerson } from './piece-world.ts'
import { storedState } from './stored-state.ts'

/** Two people who send only valid requests, and whom the packets of others must not disturb. */
export class HonestPair {
  readonly roomId: string
  private readonly people: [FuzzPerson, FuzzPerson]
  private readonly port: number
  private sockets: [FuzzSocket, FuzzSocket] | undefined
  private sentCount = 0

  private constructor(port: number, people: [FuzzPerson, FuzzPerson], roomId: string) {
    this.port = port
    this.people = people
    this.roomId = roomId
  }

  /** Registers both people, and opens a room with them. */
  static async create(port: number): Promise<HonestPair> {
    const [ana, bo] = await Promise.all([register(port, 'honest-ana'), register(port, 'honest-bo')])
    const room = { name: 'Honest', visibility: 'private' as const, userIds: [bo.id] }
    const { summary } = await call(port, 'conversation.create', room, ana.token)
    return new HonestPair(port, [ana, bo], summary.conversation.id)
  }

  /** Signs both in again, and connects them over new sockets. */
  async connect(): Promise<void> {
    for (const socket of this.sockets ?? []) socket.destroy()
    await Promise.all(this.people.map((person) => signInAgain(this.port, person)))
    const [ana, bo] = await Promise.all(this.people.map(({ token }) => FuzzSocket.open(this.port, 'native', token)))
    if (!ana || !bo) throw new Error('the honest pair was not admitted')
    this.sockets = [ana, bo]
  }

  /** Sends a message. Throws unless it is acknowledged with the next `seq` and the other person receives it. */
  async sendMessage(): Promise<void> {
    const [ana, bo] = this.sockets ?? []
    if (!ana || !bo) throw new Error('the honest pair is not connected')
    const id = newId()
    const received = bo.next('42/v1,["message.created"')
    const body = { kind: 'plain', text: `${++this.sentCount}` }
    const reply = await ana.call('message.send', { conversationId: this.roomId, id, body })
    const seq = Number(/"seq":(\d+)/.exec(reply ?? '')?.[1])
    if (seq !== this.sentCount)
      throw new Error(`the honest send ${this.sentCount} was answered with ${reply?.slice(0, 300)}`)
    const event = await received
    if (!event?.includes(id)) throw new Error(`the other person received ${event?.slice(0, 300)} instead of ${id}`)
  }

  /**
   * Reads the stored state of both people; resolves with contradictions in it, and with a wrong number of messages in
   * their room.
   */
  async findViolations(): Promise<string[]> {
    const { violations, lastSeqs } = await storedState(this.port, this.people)
    const stored = lastSeqs.get(this.roomId)
    if (stored !== this.sentCount)
      violations.push(`the honest pair sent ${this.sentCount} messages, and ${stored} are stored`)
    return violations
  }
}
