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
    const [first] = packets
    if (packets.length === 1 && first?.options?.wsPreEncodedFrame?.length === 1)
      return first.options.wsPreEncodedFrame[0]
    if (isLast(packets)) return joined
    let size = 0
    for (const packet of packets) {
      const bytes = sizeOf(packet)
      if (bytes === undefined) return undefined
      size += bytes
    }
    const frames = Buffer.allocUnsafe(size)
    let at = 0
    for (const packet of packets) at = put(frames, at, packet)
    last = packets
    joined = frames
    return frames
  }

  const forget = () => {
    last = []
    joined = undefined
  }
  return { join, forget }
}

/** What a packet of Socket.IO is on the wire, encoded once for all who are sent it. */
export function frameOf(data: string): Buffer {
  const packet = { type: 'message', data }
  const frame = Buffer.allocUnsafe(sizeOf(packet) ?? 0)
  put(frame, 0, packet)
  return frame
}

function sizeOf({ type, data, options }: OutgoingPacket): number | undefined {
  const frames = options?.wsPreEncodedFrame
  if (frames) return frames.reduce((size, { length }) => size + length, 0)
  if (type !== 'message' || typeof data !== 'string') return undefined
  const length = 1 + Buffer.byteLength(data)
  return headerSize(length) + length
}

const headerSize = (length: number) => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

/** Writes a frame, and answers with the place behind it. */
function put(target: Buffer, start: number, { data, options }: OutgoingPacket): number {
  let at = start
  const frames = options?.wsPreEncodedFrame
  if (frames) {
    for (const part of frames) at += part.copy(target, at)
    return at
  }
  const text = String(data)
  at = putHeader(target, at, 1 + Buffer.byteLength(text))
  target[at] = message
  return at + 1 + target.write(text, at + 1)
}

function putHeader(target: Buffer, at: number, length: number): number {
  target[at] = finalText
  const size = headerSize(length)
  target[at + 1] = size === 2 ? length : size === 4 ? 126 : 127
  if (size === 4) target.writeUInt16BE(length, at + 2)
  if (size === 10) target.writeBigUInt64BE(BigInt(length), at + 2)
  return at + size
}
