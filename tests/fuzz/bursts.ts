import { type BrokenPacket, brokenPacket } from './broken-packets.ts'
import { signInAgain } from './cast.ts'
import { type Door, FuzzSocket } from './fuzz-socket.ts'
import { garbageBytes, httpBytes, httpPacket } from './http-packets.ts'
import { type FuzzPerson, type PieceWorld, somePerson } from './piece-world.ts'
import { exchange } from './raw-connection.ts'
import { eventFrame, eventText } from './socket-packets.ts'

/** Packets that were made in advance, to be sent over one connection. */
export interface Burst {
  /** How many there are. */
  packets: number
  /** Sends them; resolves once they are answered or the connection has ended. */
  send(port: number): Promise<void>
}

const mostWhole = 150

/** Opens sockets of one person at one door, one after the other: a new one when the server has closed the last. */
export class SocketSlot {
  private readonly door: Door
  private readonly person: FuzzPerson
  private socket: FuzzSocket | undefined

  constructor(door: Door, person: FuzzPerson) {
    this.door = door
    this.person = person
  }

  /** Makes many events, sometimes followed by a broken packet, after which the server may close the socket. */
  burst(world: PieceWorld): Burst {
    const { random } = world
    const vocabulary = this.door === 'native' || this.door === 'stranger' ? 'native' : 'rooms'
    const whole = this.door === 'stranger' ? 0 : random.whole(1, mostWhole)
    const frames = Array.from({ length: whole }, () => eventFrame(world, vocabulary))
    const broken = whole === 0 || random.chance(0.5) ? brokenPacket(world, vocabulary) : undefined
    return { packets: whole + (broken ? 1 : 0), send: (port) => this.send(port, Buffer.concat(frames), broken) }
  }

  /** Closes the open socket, if there is one. */
  close(): void {
    this.socket?.destroy()
  }

  private async send(port: number, bytes: Buffer, broken: BrokenPacket | undefined): Promise<void> {
    const socket = await this.open(port)
    socket.write(bytes)
    for (const frame of broken?.frames ?? []) socket.write(frame)
    if (broken?.ending === 'destroyed') socket.destroy()
    else if (broken?.ending === 'half-closed') socket.finish()
    else await socket.settled()
    if (this.door === 'stranger') socket.destroy()
  }

  /** The open socket, or a new one. Signs in again if an earlier packet has ended the session. */
  private async open(port: number): Promise<FuzzSocket> {
    if (this.socket?.isOpen) return this.socket
    this.socket = await FuzzSocket.open(port, this.door, this.person.token)
    if (!this.socket) {
      await signInAgain(port, this.person)
      this.socket = await FuzzSocket.open(port, this.door, this.person.token)
    }
    if (!this.socket) throw new Error(`${this.person.username} was not let in by the door ${this.door}`)
    return this.socket
  }
}

/** Makes several HTTP requests, which are sent at once over one connection. */
export function httpBurst(world: PieceWorld): Burst {
  const packets = world.random.whole(1, 30)
  const bytes = Array.from({ length: packets }, (_, i) => httpBytes(httpPacket(world), i === packets - 1))
  const ending = world.random.pick(['awaited', 'awaited', 'half-closed', 'destroyed'] as const)
  return { packets, send: async (port) => void (await exchange(port, Buffer.concat(bytes), ending)) }
}

/** Makes bytes that are no valid HTTP request, on a connection of their own. */
export function garbageBurst(world: PieceWorld): Burst {
  const bytes = garbageBytes(world)
  const ending = world.random.pick(['half-closed', 'destroyed'] as const)
  return { packets: 1, send: async (port) => void (await exchange(port, bytes, ending)) }
}

/** Makes the long polling of a client of the room vocabulary: it connects, sends several events at once, and leaves. */
export function pollingBurst(world: PieceWorld): Burst {
  const { random } = world
  const texts = Array.from({ length: random.whole(1, 10) }, () => eventText(world, 'rooms').toWellFormed())
  const odd = random.pick([
    '',
    '\u001e',
    '\u001e\u001e4',
    'bAQID',
    'b####',
    '6',
    '2',
    '49',
    'x',
    '451-["a",{"_placeholder":true,"num":0}]\u001ebAQ==',
  ])
  const { token } = somePerson(world)
  const send = async (port: number) => {
    const target = '/socket.io/?EIO=4&transport=polling'
    const request = (method: string, query: string, body?: string, isLast = false) =>
      httpBytes({ method, target: target + query, headers: [], ...(body === undefined ? {} : { body }) }, isLast)
    const opened = await exchange(port, request('GET', '', undefined, true), 'awaited')
    const sid = /"sid":"([^"]+)"/.exec(opened ?? '')?.[1]
    if (sid === undefined) throw new Error(`long polling was answered with ${opened?.slice(0, 300)}`)
    const query = `&sid=${sid}`
    const requests = [
      request('POST', query, `40${JSON.stringify({ token })}`),
      request('GET', query),
      request('POST', query, [...texts, odd].join('\u001e')),
      request('POST', query, '1', true),
    ]
    await exchange(port, Buffer.concat(requests), 'awaited')
  }
  return { packets: texts.length + 1, send }
}
