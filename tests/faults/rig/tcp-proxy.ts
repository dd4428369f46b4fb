import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** `up`: from the client to the target; `down`: back. */
export type Direction = 'up' | 'down'

interface Pattern {
  direction: Direction
  bytes: Buffer
  /** Called when the bytes have been passed on, just before the connection is cut. */
  cut: () => void
}

/**
 * A proxy of TCP connections that can cut them, hold their bytes, or slow them down. As on a real network, held bytes
 * arrive when the proxy is restored, or never if the connection is cut. While a direction is held, its receiver does
 * not learn of a close, either.
 */
export class TcpProxy {
  port = 0
  private readonly server: Server
  private readonly targets: () => readonly number[]
  private readonly wires = new Set<Wire>()
  private isRefusing = false
  readonly held = new Set<Direction>()
  delayMs = 0
  /** The speed in each direction; 0 for no limit. */
  bytesPerSecond = 0
  pattern: Pattern | undefined

  /** `targets`: the ports of the targets. A connection goes to the first one that accepts it. */
  constructor(targets: () => readonly number[]) {
    this.targets = targets
    this.server = createServer({ pauseOnConnect: true }, (socket) => void this.accept(socket))
  }

  /** Listens on a free port of this machine, which `port` has then. */
  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.port = (this.server.address() as AddressInfo).port
    return this
  }

  /** Ends all connections, and accepts no new ones until `restore`. */
  cut(): void {
    this.isRefusing = true
    this.cutOnce()
  }

  /** Ends all connections; new ones are accepted. */
  cutOnce(): void {
    for (const wire of [...this.wires]) wire.cut()
  }

  /** Holds all bytes in these directions, without either end noticing. */
  hold(...directions: Direction[]): void {
    for (const direction of directions) this.held.add(direction)
    for (const wire of this.wires) wire.follow()
  }

  /** Ends all faults. Connections that one side has closed meanwhile are closed for the other side now. */
  restore(): void {
    this.isRefusing = false
    this.held.clear()
    this.delayMs = 0
    this.bytesPerSecond = 0
    for (const wire of [...this.wires]) wire.follow()
  }

  /**
   * Cuts the next connection that passes these bytes on, once, right after them: the request arrives, the answer does
   * not. Calls `cut` then.
   */
  cutAfter(direction: Direction, bytes: Buffer, cut: () => void): void {
    this.pattern = { direction, bytes, cut }
  }

  /** Ends all connections, and stops listening. */
  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async accept(client: Socket): Promise<void> {
    client.on('error', () => {})
    if (this.isRefusing) return void client.destroy()
    for (const port of this.targets()) {
      const target = await connectTo(port)
      if (!target) continue
      if (this.isRefusing || client.destroyed) return void [client, target].map((socket) => socket.destroy())
      const wire = new Wire(this, client, target)
      this.wires.add(wire)
      wire.ended = () => this.wires.delete(wire)
      return
    }
    client.destroy()
  }
}

/** Connects to a port; undefined if that fails. */
const connectTo = (port: number): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket)).on('error', () => resolve(undefined))
  })

class Wire {
  ended: () => void = () => {}
  private readonly proxy: TcpProxy
  private readonly sockets: Record<Direction, Socket>
  private readonly closed = new Set<Direction>()
  private isOver = false

  constructor(proxy: TcpProxy, client: Socket, target: Socket) {
    this.proxy = proxy
    // Each socket by the direction of the data that comes from it.
    this.sockets = { up: client, down: target }
    client.setNoDelay(true)
    this.pass('up', client, target)
    this.pass('down', target, client)
    this.follow()
  }

  cut(): void {
    for (const socket of [this.sockets.up, this.sockets.down]) socket.destroy()
    this.ended()
  }

  /** Applies the present settings of the proxy. */
  follow(): void {
    for (const direction of ['up', 'down'] as const) {
      const source = this.sockets[direction]
      if (this.proxy.held.has(direction)) source.pause()
      else if (this.closed.has(direction)) this.cut()
      else source.resume()
    }
  }

  private pass(direction: Direction, source: Socket, sink: Socket): void {
    let turn = Promise.resolve()
    let due = 0
    let tail: Buffer = Buffer.alloc(0)
    source.on('error', () => {})
    source.on('data', (chunk: Buffer) => {
      const { delayMs, bytesPerSecond, pattern } = this.proxy
      due = Math.max(due, performance.now() + delayMs) + (bytesPerSecond ? (chunk.length / bytesPerSecond) * 1_000 : 0)
      const isMatch = pattern?.direction === direction && Buffer.concat([tail, chunk]).includes(pattern.bytes)
      tail = Buffer.from(chunk.subarray(-32))
      const arrival = due
      const isLate = arrival > performance.now()
      if (isLate) source.pause()
      turn = turn.then(async () => {
        if (isLate) await wait(Math.max(0, arrival - performance.now()))
        if (!sink.destroyed) sink.write(chunk)
        if (isMatch) this.cutOnMatch(pattern)
        else if (isLate) this.follow()
      })
    })
    const close = () => {
      this.closed.add(direction)
      void turn.then(() => {
        if (!this.isOver && !this.proxy.held.has(direction)) this.cut()
      })
    }
    source.on('end', close).on('close', close)
  }

  private cutOnMatch(pattern: Pattern): void {
    if (this.proxy.pattern === pattern) this.proxy.pattern = undefined
    pattern.cut()
    const { up: client, down: target } = this.sockets
    this.isOver = true
    client.destroy()
    // An orderly end, so that the target reads the bytes that were passed on; its answer is dropped.
    target.removeAllListeners('data').resume().end()
    this.ended()
  }
}
