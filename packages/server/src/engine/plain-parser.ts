import { Decoder, Encoder, PacketType } from 'socket.io-parser'

/**
 * Parley takes no bytes, so none are kept until the rest of a packet comes: what announces some is handed over at once, with
 * the announcements in their place, which no operation takes, and the bytes are dropped as they arrive.
 */
class PlainDecoder extends Decoder {
  private awaited = 0

  override add(packet: unknown): void {
    if (typeof packet !== 'string') {
      if (this.awaited === 0) throw new Error('bytes that were not announced')
      this.awaited--
      return
    }
    super.add(announcesBytes.test(packet) ? this.withoutBytes(packet) : packet)
  }

  private withoutBytes(packet: string): string {
    const [announced = '', type, count] = packet.match(/^([56])(\d+)-/) ?? []
    this.awaited += Number(count)
    if (!(this.awaited > 0 && this.awaited <= mostAttachments)) throw new Error('bytes of no or too many pieces')
    return (type === '5' ? PacketType.EVENT : PacketType.ACK) + packet.slice(announced.length)
  }
}

/** Socket.IO's packet types 5 and 6 are an event and an acknowledgement with bytes. */
const announcesBytes = /^[56]/
/** As Socket.IO has it. */
const mostAttachments = 10

/** In the form of Socket.IO's `parser` option. */
export const plainParser = { Encoder, Decoder: PlainDecoder }
