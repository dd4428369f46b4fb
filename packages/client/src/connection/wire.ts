import { leavePacket, type Packet, pong, readPacket } from './packets.ts'

/** Until the handshake, which says how often the server pings; longer than any handshake takes. */
const firstSilenceMs = 60_000

/**
 * A WebSocket to a Socket.IO server, which the constructor opens; that throws for an invalid address. It ends by
 * `close`, by the server, by a network error, by an invalid packet, when the browser goes offline, or when nothing
 * arrives for longer than the server announced. It never opens again, and after its end it calls `hear` no more. It
 * answers pings itself; `hear` gets all packets but pings and the server's end.
 */
export class Wire {
  /** Resolves with the reason. */
  readonly ended: Promise<string>
  readonly #socket: WebSocket
  readonly #hear: (packet: Packet) => void
  #end: (reason: string) => void = () => {}
  #isOver = false
  #silenceMs = firstSilenceMs
  #heardAt = Date.now()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(address: string, hear: (packet: Packet) => void) {
    this.#hear = hear
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#socket = new WebSocket(address)
    this.#socket.onmessage = ({ data }) => this.#take(data)
    this.#socket.onerror = () => this.#stop('websocket error')
    this.#socket.onclose = () => this.#stop('transport close')
    // The browser reports a lost network at once, the socket only when a packet is missing.
    globalThis.addEventListener?.('offline', this.#lost)
    this.#watch()
  }

  /** Has the wire ended? True for good from the moment at which `ended` resolves. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Sends a packet. Drops it silently while the socket is not open. Ends the wire if nothing arrived for too long. */
  send(packet: string): void {
    // A page that was suspended missed pings, and its timers are late: the connection may be lost.
    if (this.#isSilent()) this.#stop('ping timeout')
    else if (!this.#isOver && this.#socket.readyState === WebSocket.OPEN) this.#socket.send(packet)
  }

  /** Takes leave of the server and ends the wire; does nothing after its end. */
  close(): void {
    this.send(leavePacket)
    this.#stop('client disconnect')
  }

  readonly #lost = () => this.#stop('transport close')

  #take(data: unknown): void {
    this.#heardAt = Date.now()
    const packet = typeof data === 'string' ? this.#read(data) : undefined
    if (!packet || this.#isOver) return
    if (packet.kind === 'open') {
      this.#silenceMs = packet.silenceMs
      this.#watch()
    }
    if (packet.kind === 'ping') this.send(pong)
    else if (packet.kind === 'ended') this.#stop('server disconnect')
    else this.#hear(packet)
  }

  #read(text: string): Packet | undefined {
    try {
      return readPacket(text)
    } catch {
      this.#stop('parse error')
      return undefined
    }
  }

  #isSilent(): boolean {
    return Date.now() - this.#heardAt >= this.#silenceMs
  }

  /** One timer for all packets: when it fires, it is set again for the rest of the time since the last packet. */
  #watch(): void {
    clearTimeout(this.#timer)
    const now = Date.now()
    // Without this, the timer would wait longer by as much as the clock was set back.
    this.#heardAt = Math.min(this.#heardAt, now)
    const leftMs = this.#heardAt + this.#silenceMs - now
    this.#timer = setTimeout(() => (this.#isSilent() ? this.#stop('ping timeout') : this.#watch()), Math.max(0, leftMs))
  }

  #stop(reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    globalThis.removeEventListener?.('offline', this.#lost)
    this.#socket.close()
    this.#end(reason)
  }
}
