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
    const frames: Buffer[] = []
    for (const { type, data, options } of packets) {
      if (options?.wsPreEncodedFrame) frames.push(...options.wsPreEncodedFrame)
      else if (type === 'message' && typeof data === 'string') frames.push(frameOf(data))
      else return undefined
    }
    last = packets
    joined = frames.length === 1 ? frames[0] : Buffer.concat(frames)
    return joined
  }

  const forget = () => {
    last = []
    joined = undefined
  }
  return { join, forget }
}

/** What a packet of Socket.IO is on the wire. */
export function frameOf(data: string): Buffer {
  const length = 1 + Buffer.byteLength(data)
  const headerSize = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerSize + length)
  frame[0] = finalText
  frame[1] = headerSize === 2 ? length : headerSize === 4 ? 126 : 127
  if (headerSize === 4) frame.writeUInt16BE(length, 2)
  if (headerSize === 10) frame.writeBigUInt64BE(BigInt(length), 2)
  frame[headerSize] = message
  frame.write(data, headerSize + 1)
  return frame
}
