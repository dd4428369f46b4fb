import type { Vocabulary } from './vocabulary.ts'

const hash = 0x23
const zero = 0x30
const width = 8
const opening = Buffer.from('"#')
const accepted = Buffer.from('"ok":true')

/** The text of message `n`: its number between two `#`, which occur nowhere else in a frame, then filling text. */
export const numberedText = (n: number, length: number): string =>
  `#${String(n).padStart(width, '0')}#`.padEnd(length, 'all work and no play ')

/** The number in such a text, or -1. */
export const numberIn = (text: string): number => Number(/^#(\d+)#/.exec(text)?.[1] ?? -1)

const digitsFrom = (bytes: Buffer, from: number, to: number) => {
  let n = -1
  for (let at = from; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - zero
    if (digit < 0 || digit > 9) break
    n = Math.max(n, 0) * 10 + digit
  }
  return n
}

/**
 * Recognises frames by their beginning, and reads the numbers of messages and acknowledgements without parsing JSON.
 */
export class FrameReader {
  private readonly message: Buffer
  private readonly acknowledgement: Buffer
  private readonly heartbeat: Buffer | undefined
  /** The offset of the number in the frame of the last message: nearly always that in the next one too. */
  private offset = 0

  constructor(vocabulary: Vocabulary) {
    this.message = Buffer.from(vocabulary.message)
    this.acknowledgement = Buffer.from(vocabulary.acknowledgement)
    this.heartbeat = vocabulary.heartbeat ? Buffer.from(vocabulary.heartbeat.heard) : undefined
  }

  /** Does the frame `bytes[start, end)` bring a message? */
  isMessage(bytes: Buffer, start: number, end: number): boolean {
    return begins(bytes, start, end, this.message)
  }

  /** Does the frame `bytes[start, end)` answer a call, also with a refusal? */
  isAcknowledgement(bytes: Buffer, start: number, end: number): boolean {
    return begins(bytes, start, end, this.acknowledgement)
  }

  /**
   * Is the frame `bytes[start, end)` the server's heartbeat, which the client must answer? False for a vocabulary
   * without one.
   */
  isHeartbeat(bytes: Buffer, start: number, end: number): boolean {
    const heartbeat = this.heartbeat
    return heartbeat !== undefined && end - start === heartbeat.length && begins(bytes, start, end, heartbeat)
  }

  /** The number of a message, or -1 if its text is not one of ours. */
  messageNumber(bytes: Buffer, start: number, end: number): number {
    let at = start + this.offset
    if (bytes[at] !== hash || bytes[at + width + 1] !== hash || at + width >= end) {
      at = bytes.indexOf(opening, start) + 1
      if (at === 0 || at + width >= end) return -1
      this.offset = at - start
    }
    return digitsFrom(bytes, at + 1, at + 1 + width)
  }

  /**
   * The number of the call that this acknowledgement answers; -1 if it has none. The frame must be an acknowledgement.
   */
  acknowledgementNumber(bytes: Buffer, start: number, end: number): number {
    return digitsFrom(bytes, start + this.acknowledgement.length, end)
  }

  /** Does this acknowledgement accept the call, and not refuse it? */
  isAccepted(bytes: Buffer, start: number, end: number): boolean {
    const at = bytes.indexOf(accepted, start)
    return at >= 0 && at < end
  }
}

const begins = (bytes: Buffer, start: number, end: number, prefix: Buffer) => {
  if (end - start < prefix.length) return false
  for (let at = prefix.length - 1; at >= 0; at -= 1) if (bytes[start + at] !== prefix[at]) return false
  return true
}
