import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { clientFrame, type FrameListener, opcode, scanFrames } from './frames.ts'

/** All sockets read into one buffer: each read is scanned before the next one starts, so nothing is overwritten. */
const inbox = Buffer.allocUnsafe(256 * 1024)
const endOfHead = Buffer.from('\r\n\r\n')

/**
 * A WebSocket client over a plain TCP socket on this machine. It calls `onFrame` for each text frame, answers pings,
 * and calls `onClose` when the connection ends. It only finds where frames begin and end, because the `ws` package
 * needs about as much CPU per frame as the server under test, with which the generator shares the machine.
 */
export class WireClient {
  onFrame: FrameListener
  onClose: () => void = () => {}
  private readonly socket: Socket
  private rest: Buffer | undefined
  private upgraded = false
  private onUpgraded: (error?: Error) => void = () => {}
  /** Bound once, because it is used for every chunk. */
  private readonly hear: FrameListener = (bytes, start, end, code) => {
    if (code === opcode.text) this.onFrame(bytes, start, end, code)
    else if (code === opcode.ping) this.socket.write(clientFrame('', opcode.pong))
    else if (code === opcode.close) this.socket.end()
  }

  private constructor(port: number, onFrame: FrameListener) {
    this.onFrame = onFrame
    const read = (length: number) => {
      this.take(inbox, length)
      return true
    }
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: inbox, callback: read } })
    this.socket.on('error', (error) => this.onUpgraded(error))
    this.socket.on('close', () => {
      this.onUpgraded(new Error('The server closed the connection during the handshake.'))
      this.onClose()
    })
  }

  /** Resolves once the server has accepted the upgrade; rejects if it refuses. */
  static open(port: number, path: string, onFrame: FrameListener): Promise<WireClient> {
    return new Promise((resolve, reject) => {
      const client = new WireClient(port, onFrame)
      client.onUpgraded = (error) => (error ? reject(error) : resolve(client))
      const key = randomBytes(16).toString('base64')
      client.socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      )
    })
  }

  /** Sends one text frame; does not wait for anything. */
  send(text: string): void {
    this.socket.write(clientFrame(text))
  }

  /** Writes bytes as they are, whole frames or not. */
  write(bytes: Buffer): void {
    this.socket.write(bytes)
  }

  /** Closes the sending direction of the TCP connection, and goes on reading. */
  finish(): void {
    this.socket.end()
  }

  /** Stops reading, but stays connected. */
  stopReading(): void {
    this.socket.pause()
  }

  /** Closes the connection without calling `onClose`. */
  close(): void {
    this.onClose = () => {}
    this.socket.destroy()
  }

  private take(bytes: Buffer, length: number): void {
    let whole = bytes
    let to = length
    if (this.rest) {
      whole = Buffer.concat([this.rest, bytes.subarray(0, length)])
      to = whole.length
      this.rest = undefined
    }
    const from = this.upgraded ? 0 : this.readHead(whole, to)
    const at = this.upgraded ? scanFrames(whole, from, to, this.hear) : from
    // A copy, because the next read of any socket writes over the shared buffer.
    if (at < to) this.rest = Buffer.from(whole.subarray(at, to))
  }

  /** The offset at which the answer to the upgrade ends, or 0 while it is incomplete. */
  private readHead(bytes: Buffer, to: number): number {
    const end = bytes.subarray(0, to).indexOf(endOfHead)
    if (end < 0) return 0
    const status = bytes.toString('latin1', 0, Math.min(end, 60)).split('\r\n')[0] ?? ''
    if (!status.includes(' 101 ')) {
      this.onUpgraded(new Error(`The upgrade was refused: ${status}`))
      this.socket.destroy()
      return 0
    }
    this.upgraded = true
    const settle = this.onUpgraded
    this.onUpgraded = () => {}
    settle()
    return end + endOfHead.length
  }
}
