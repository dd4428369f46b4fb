/** The header fields of a frame of RFC 6455. A field that is left out is valid. */
interface FrameForm {
  /** 1 is text, 2 binary, 0 a continuation, 8 close, 9 ping, 10 pong; all others are reserved. */
  opcode?: number
  isFinal?: boolean
  reservedBits?: number
  isMasked?: boolean
  /** The length in the header, in bytes. */
  claimed?: number
}

/** The bytes of one frame, valid unless `form` says otherwise. The mask is all zeros. */
export function websocketFrame(payload: Buffer | string, form: FrameForm = {}): Buffer {
  const bytes = Buffer.from(payload)
  const { opcode = 1, isFinal = true, reservedBits = 0, isMasked = true, claimed = bytes.length } = form
  const first = (isFinal ? 0x80 : 0) | (reservedBits << 4) | opcode
  const mask = isMasked ? 0x80 : 0
  return Buffer.concat([Buffer.from([first]), lengthOf(claimed, mask), Buffer.alloc(isMasked ? 4 : 0), bytes])
}

function lengthOf(length: number, mask: number): Buffer {
  if (length < 126) return Buffer.from([mask | length])
  const long = length > 65_535
  const bytes = Buffer.alloc(long ? 9 : 3)
  bytes[0] = mask | (long ? 127 : 126)
  if (long) bytes.writeBigUInt64BE(BigInt(length), 1)
  else bytes.writeUInt16BE(length, 1)
  return bytes
}
