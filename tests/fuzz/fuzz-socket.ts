import { WireClient } from '../../benchmarks/generator/wire-client.ts'
import type { Vocabulary } from './socket-packets.ts'

/** Where a socket comes in: the native namespace, the foreign one on either path, or none. */
export type Door = 'native' | 'rooms' | 'io' | 'stranger'

/** What each door asks for at the beginning, and how its socket asks for something harmless later. */
interface Entrance {
  path: '/socket.io' | '/io'
  /** What it says, and how the frame begins that it waits for before it goes on. */
  greeting(token: string): { text: string; welcome: string }[]
  /** How the frame begins that refuses. */
  refusal: string
  vocabulary: Vocabulary
  question(id: number): { text: string; answer: string }
}

const foreignQuestion = (id: number) => ({ text: `42${id}["presence:update",{"status":"busy"}]`, answer: `43${id}[` })

const entrances: Record<Door, Entrance> = {
  native: {
    path: '/socket.io',
    greeting: (token) => [{ text: `40/v1,${JSON.stringify({ token, protocol: 1 })}`, welcome: '40/v1,' }],
    refusal: '44/v1,',
    vocabulary: 'native',
    question: (id) => ({ text: `42/v1,${id}["user.me",{}]`, answer: `43/v1,${id}[` }),
  },
  rooms: {
    path: '/socket.io',
    greeting: (token) => [{ text: `40${JSON.stringify({ token })}`, welcome: '40{' }],
    refusal: '44{',
    vocabulary: 'rooms',
    question: foreignQuestion,
  },
  io: {
    path: '/io',
    greeting: (token) => [
      { text: '40', welcome: '40{' },
      { text: `42["authenticate",${JSON.stringify({ token })}]`, welcome: '42["authenticated"' },
    ],
    refusal: '42["unauthenticated"',
    vocabulary: 'rooms',
    question: foreignQuestion,
  },
  stranger: {
    path: '/socket.io',
    greeting: () => [],
    refusal: '44',
    vocabulary: 'native',
    question: () => ({ text: '40/v1,{}', answer: '44/v1,' }),
  },
}

/** Higher than any number that a packet carries by chance. */
let lastQuestion = 1_000_000
const patienceMs = 30_000

/** A websocket of the fuzzer. */
export class FuzzSocket {
  readonly vocabulary: Vocabulary
  isOpen = true
  private readonly client: WireClient
  private readonly entrance: Entrance
  private readonly door: Door
  private waiting: { prefix: string; resolve(frame: string | undefined): void }[] = []

  private constructor(client: WireClient, door: Door) {
    this.client = client
    this.door = door
    this.entrance = entrances[door]
    this.vocabulary = this.entrance.vocabulary
    client.onFrame = (bytes, start, end) => this.hear(bytes, start, end)
    client.onClose = () => this.leave()
  }

  /** Undefined if the server refuses. */
  static async open(port: number, door: Door, token: string): Promise<FuzzSocket | undefined> {
    const { path, greeting, refusal } = entrances[door]
    const client = await WireClient.open(port, `${path}/?EIO=4&transport=websocket`, () => {})
    const socket = new FuzzSocket(client, door)
    for (const { text, welcome } of greeting(token)) {
      const answered = socket.next(welcome, refusal)
      client.send(text)
      const answer = await answered
      if (answer?.startsWith(welcome)) continue
      socket.destroy()
      return undefined
    }
    return socket
  }

  write(bytes: Buffer): void {
    this.client.write(bytes)
  }

  /** Resolves once everything before is answered, or the server has closed the socket. */
  async settled(): Promise<void> {
    if (!this.isOpen) return
    const { text, answer } = this.entrance.question(++lastQuestion)
    const answered = this.next(answer)
    this.client.send(text)
    await answered
  }

  /** Runs an operation and gives the frame of its answer; undefined if the socket ends before. */
  ask(name: string, input: unknown): Promise<string | undefined> {
    const id = ++lastQuestion
    const answer = this.next(`43/v1,${id}[`)
    this.client.send(`42/v1,${id}${JSON.stringify([name, input])}`)
    return answer
  }

  /** The next frame that begins in one of these ways; undefined if the socket ends before. */
  next(...prefixes: string[]): Promise<string | undefined> {
    if (!this.isOpen) return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`no ${prefixes.join(' or ')} came to a ${this.door} socket, and it was not closed`)),
        patienceMs,
      )
      const settle = (frame: string | undefined) => {
        clearTimeout(late)
        this.waiting = this.waiting.filter((each) => each.resolve !== settle)
        resolve(frame)
      }
      for (const prefix of prefixes) this.waiting.push({ prefix, resolve: settle })
    })
  }

  finish(): void {
    this.client.finish()
  }

  destroy(): void {
    this.client.close()
    this.leave()
  }

  private hear(bytes: Buffer, start: number, end: number): void {
    const isPing = end - start === 1 && bytes[start] === 0x32
    if (isPing) this.client.send('3')
    const found = this.waiting.find(({ prefix }) => bytes.toString('latin1', start, start + prefix.length) === prefix)
    found?.resolve(bytes.toString('utf8', start, end))
  }

  private leave(): void {
    this.isOpen = false
    for (const { resolve } of this.waiting) resolve(undefined)
  }
}
