import { WireClient } from '../../benchmarks/generator/wire-client.ts'
import type { Vocabulary } from './socket-packets.ts'

/** How a socket connects: to the native namespace, to that of the room vocabulary on either path, or to none. */
export type Door = 'native' | 'rooms' | 'io' | 'stranger'

/** The frames by which a socket of a door connects, and those of a harmless request. */
interface Entrance {
  path: '/socket.io' | '/io'
  /** The frames to send, each with the beginning of the answer to wait for before the next. */
  greeting(token: string): { text: string; welcome: string }[]
  /** The beginning of the frame that refuses the connection. */
  refusal: string
  vocabulary: Vocabulary
  /** A request that any socket of this door may send, with the beginning of its answer. */
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

/** The ack id of the last request; higher than those that the fuzzer's packets usually have. */
let lastQuestion = 1_000_000
const patienceMs = 30_000

/** A websocket of the fuzzer. Answers the server's pings by itself. */
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
    client.onFrame = (bytes, start, end) => this.receive(bytes, start, end)
    client.onClose = () => this.markClosed()
  }

  /** Connects by this door; resolves once the server has admitted the socket, with undefined if it refuses. */
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

  /** Writes these bytes as they are, whole frames or not. */
  write(bytes: Buffer): void {
    this.client.write(bytes)
  }

  /** Sends a harmless request; resolves once it is answered, so everything before it too, or the socket is closed. */
  async settled(): Promise<void> {
    if (!this.isOpen) return
    const { text, answer } = this.entrance.question(++lastQuestion)
    const answered = this.next(answer)
    this.client.send(text)
    await answered
  }

  /** Runs an operation of the native vocabulary; resolves with the answer's frame, or undefined if the socket ends. */
  call(name: string, input: unknown): Promise<string | undefined> {
    const id = ++lastQuestion
    const answer = this.next(`43/v1,${id}[`)
    this.client.send(`42/v1,${id}${JSON.stringify([name, input])}`)
    return answer
  }

  /** The next frame with one of these beginnings; undefined if the socket ends before it. Rejects after 30 s. */
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

  /** Ends the sending half of the connection; the server may still answer. */
  finish(): void {
    this.client.finish()
  }

  /** Closes the connection at once; waiting calls resolve with undefined. */
  destroy(): void {
    this.client.close()
    this.markClosed()
  }

  private receive(bytes: Buffer, start: number, end: number): void {
    const isPing = end - start === 1 && bytes[start] === 0x32
    if (isPing) this.client.send('3')
    const found = this.waiting.find(({ prefix }) => bytes.toString('latin1', start, start + prefix.length) === prefix)
    found?.resolve(bytes.toString('utf8', start, end))
  }

  private markClosed(): void {
    this.isOpen = false
    for (const { resolve } of this.waiting) resolve(undefined)
  }
}
