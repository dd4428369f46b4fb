import type { OutgoingPacket } from './connection.ts'

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
  let total = 0
  for (const { type, data, options } of packets) {
    if (options?.wsPreEncodedFrame) for (const { length } of options.wsPreEncodedFrame) total += length
    else if (type === 'message' && typeof data === 'string') total += sizeOf(Buffer.byteLength(data))
    else return undefined
  }
  const made = packets.length === 1 ? packets[0]?.options?.wsPreEncodedFrame : undefined
  if (made?.length === 1) return made[0]
  const frames = Buffer.allocUnsafe(total)
  let at = 0
  for (const { data, options } of packets) {
    if (options?.wsPreEncodedFrame) for (const frame of options.wsPreEncodedFrame) at += frame.copy(frames, at)
    else at = writeFrame(frames, at, data as string)
  }
  return frames
}

function writeFrame(frames: Buffer, at: number, data: string): number {
  const begin = writeHeader(frames, at, Buffer.byteLength(data))
  return begin + frames.write(data, begin)
}

/** What a packet of Socket.IO is on the wire: its beginning, in ASCII, and the JSON behind it, which is not copied before. */
export function frameOf(beginning: string, json: string): Buffer {
  const size = beginning.length + Buffer.byteLength(json)
  const frame = Buffer.allocUnsafe(sizeOf(size))
  const end = writeHeader(frame, 0, size)
  frame.write(beginning, end, 'latin1')
  frame.write(json, end + beginning.length)
  return frame
}

/** Of the frame of a packet that is so many bytes long. */
const sizeOf = (size: number): number => headerSize(1 + size) + 1 + size

const headerSize = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

/** Says where the packet itself begins. */
function writeHeader(frames: Buffer, at: number, size: number): number {
  const length = 1 + size
  const header = headerSize(length)
  frames[at] = finalText
  frames[at + 1] = header === 2 ? length : header === 4 ? 126 : 127
  if (header === 4) frames.writeUInt16BE(length, at + 2)
  if (header === 10) frames.writeBigUInt64BE(BigInt(length), at + 2)
  frames[at + header] = message
  return at + header + 1
}
