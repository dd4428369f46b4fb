/** The frames of RFC 6455, as far as a load generator needs them: unfragmented, without extensions. */

/** The types of frames (RFC 6455) that the generator sends or receives. */
export const opcode = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const

/**
 * One frame of a client. Clients have to mask; the mask is all zeros, which is valid and saves the generator a pass
 * over the text (the server unmasks it as any other).
 *
 * @example socket.write(clientFrame('2probe'))
 */
export const clientFrame = (text: string, code: number = opcode.text): Buffer => {
  const length = Buffer.byteLength(text)
  const head = length < 126 ? 6 : length < 65_536 ? 8 : 14
  const frame = Buffer.allocUnsafe(head + length)
  frame[0] = 0x80 | code
  if (length < 126) frame[1] = 0x80 | length
  else if (length < 65_536) {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 0x80 | 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.fill(0, head - 4, head)
  frame.write(text, head)
  return frame
}

/** Called for each complete frame. Its payload is `bytes[start, end)`, valid only during the call. */
export type FrameListener = (bytes: Buffer, start: number, end: number, code: number) => void

const headLength = (bytes: Buffer, at: number) => {
  const length = (bytes[at + 1] ?? 0) & 0x7f
  return length < 126 ? 2 : length === 126 ? 4 : 10
}

const payloadLength = (bytes: Buffer, at: number) => {
  const length = (bytes[at + 1] ?? 0) & 0x7f
  if (length < 126) return length
  return length === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
}

/**
 * Calls `listener` for every complete frame in `bytes[from, to)`; returns where the first incomplete one begins.
 *
 * @example const rest = bytes.subarray(scanFrames(bytes, 0, bytes.length, count))
 */
export const scanFrames = (bytes: Buffer, from: number, to: number, listener: FrameListener): number => {
  let at = from
  while (to - at >= 2) {
    const head = headLength(bytes, at)
    if (to - at < head) break
    const start = at + head
    const end = start + payloadLength(bytes, at)
    if (end > to) break
    listener(bytes, start, end, (bytes[at] ?? 0) & 0x0f)
    at = end
  }
  return at
}
