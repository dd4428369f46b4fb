import type { OutgoingPacket } from './outgoing-limit.ts'

/** Engine.IO's type of everything that Socket.IO says. */
const message = '4'.charCodeAt(0)
/** A final frame of text, which no server masks (RFC 6455, 5.2). */
const finalText = 0x81

/** Puts the frames of several packets into one buffer; undefined if one of them is of a kind that it does not know. */
export type JoinFrames = (packets: readonly OutgoingPacket[]) => Buffer | undefined

/**
 * The members of a room are sent the same packets: their frames are put together once for all of them, until `forget`.
 *
 * @example
 * const { join } = createJoin()
 * tcp.write(join([{ type: 'message', data: '2["hello"]' }]))
 */
export function createJoin(): { join: JoinFrames; forget(): void } {
  let last: readonly OutgoingPacket[] = []
  let joined: Buffer | undefined

  const isLast = (packets: readonly OutgoingPacket[]) => {
    if (packets.length !== last.length) return false
    return packets.every(({ options, data }, i) => options === last[i]?.options && data === last[i]?.data)
  }

  const join: JoinFrames = (packets) => {
    if (isLast(packets)) return joined
    const frames = framesOf(packets)
    if (!frames) return undefined
    last = packets
    joined = frames
    return joined
  }

  const forget = () => {
    last = []
    joined = undefined
  }
  return { join, forget }
}

function framesOf(packets: readonly OutgoingPacket[]): Buffer | undefined {
  const [only] = packets
  const sizes: number[] = []
  let total = 0
  for (const { type, data, options } of packets) {
    const made = options?.wsPreEncodedFrame
    if (!made && (type !== 'message' || typeof data !== 'string')) return undefined
    const size = made ? made.reduce((sum, part) => sum + part.length, 0) : Buffer.byteLength(data as string)
    sizes.push(size)
    total += made ? size : sizeOf(size)
  }
  if (packets.length === 1 && only?.options?.wsPreEncodedFrame?.length === 1) return only.options.wsPreEncodedFrame[0]
  const frames = Buffer.allocUnsafe(total)
  let at = 0
  for (const [index, { data, options }] of packets.entries()) {
    if (options?.wsPreEncodedFrame) for (const part of options.wsPreEncodedFrame) at += part.copy(frames, at)
    else at = writeFrame(frames, at, data as string, sizes[index] as number)
  }
  return frames
}

/** What a packet of Socket.IO is on the wire. */
export function frameOf(data: string): Buffer {
  const size = Buffer.byteLength(data)
  const frame = Buffer.allocUnsafe(sizeOf(size))
  writeFrame(frame, 0, data, size)
  return frame
}

/** Of the frame of a packet that is so many bytes long. */
const sizeOf = (size: number): number => headerSize(1 + size) + 1 + size

const headerSize = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

/** Says where the next one begins. */
function writeFrame(frames: Buffer, at: number, data: string, size: number): number {
  const length = 1 + size
  const header = headerSize(length)
  frames[at] = finalText
  frames[at + 1] = header === 2 ? length : header === 4 ? 126 : 127
  if (header === 4) frames.writeUInt16BE(length, at + 2)
  if (header === 10) frames.writeBigUInt64BE(BigInt(length), at + 2)
  frames[at + header] = message
  frames.write(data, at + header + 1)
  return at + header + length
}
