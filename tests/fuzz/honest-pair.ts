import { newId } from '@parley/server/testing/people'
import { call } from '../../benchmarks/targets/rest-caller.ts'
import { register, signInAgain } from './cast.ts'
import { FuzzSocket } from './fuzz-socket.ts'
import type { FuzzPerson } from './piece-world.ts'
import { storedState } from './stored-state.ts'

/** Two people who do nothing wrong, and whom nothing of what others send may disturb. */
export class HonestPair {
  readonly roomId: string
  private readonly people: [FuzzPerson, FuzzPerson]
  private readonly port: number
  private sockets: [FuzzSocket, FuzzSocket] | undefined
  private said = 0

  private constructor(port: number, people: [FuzzPerson, FuzzPerson], roomId: string) {
    this.port = port
    this.people = people
    this.roomId = roomId
  }

  static async create(port: number): Promise<HonestPair> {
    const [ana, bo] = await Promise.all([register(port, 'honest-ana'), register(port, 'honest-bo')])
    const room = { name: 'Honest', visibility: 'private' as const, userIds: [bo.id] }
    const { summary } = await call(port, 'conversation.create', room, ana.token)
    return new HonestPair(port, [ana, bo], summary.conversation.id)
  }

  async enter(): Promise<void> {
    for (const socket of this.sockets ?? []) socket.destroy()
    await Promise.all(this.people.map((person) => signInAgain(this.port, person)))
    const [ana, bo] = await Promise.all(this.people.map(({ token }) => FuzzSocket.open(this.port, 'native', token)))
    if (!ana || !bo) throw new Error('the honest pair was not let in')
    this.sockets = [ana, bo]
  }

  /** One says something, and it is acknowledged with the next place; the other hears it. */
  async talk(): Promise<void> {
    const [ana, bo] = this.sockets ?? []
    if (!ana || !bo) throw new Error('the honest pair has not entered')
    const id = newId()
    const heard = bo.next('42/v1,["message.created"')
    const body = { kind: 'plain', text: `${++this.said}` }
    const reply = await ana.ask('message.send', { conversationId: this.roomId, id, body })
    const seq = Number(/"seq":(\d+)/.exec(reply ?? '')?.[1])
    if (seq !== this.said) throw new Error(`the honest send ${this.said} was answered with ${reply?.slice(0, 300)}`)
    const event = await heard
    if (!event?.includes(id)) throw new Error(`the other heard ${event?.slice(0, 300)} instead of ${id}`)
  }

  /** What is wrong with what is stored of their room. */
  async findViolations(): Promise<string[]> {
    const { violations, lastSeqs } = await storedState(this.port, this.people)
    const stored = lastSeqs.get(this.roomId)
    if (stored !== this.said) violations.push(`the honest pair said ${this.said} things, and ${stored} are stored`)
    return violations
  }
}
