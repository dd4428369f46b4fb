import type { MemberReceipt, Message } from '@parley/protocol'

export type DeliveryStatus = 'sent' | 'delivered' | 'read'

/** What became of a message for one of those it is for. */
export interface ReceiverStatus {
  userId: string
  status: DeliveryStatus
  /**
   * By when it was so, in milliseconds since 1970: the mark of a member has one time, that of its last move. For the last
   * message that the mark passed it is exact, for those before it the latest that it can have been. Null if unknown.
   */
  at: number | null
}

type Sent = Pick<Message, 'seq' | 'senderId'>

/** For each receiver: a member who is not the sender and was there when it was said. */
export const receiverStatuses = ({ seq, senderId }: Sent, receipts: readonly MemberReceipt[]): ReceiverStatus[] =>
  receipts
    .filter(({ userId, joinedSeq }) => userId !== senderId && joinedSeq < seq)
    .map(({ userId, readSeq, deliveredSeq, readAt, deliveredAt }) => {
      if (readSeq >= seq) return { userId, status: 'read', at: readAt }
      if (deliveredSeq >= seq) return { userId, status: 'delivered', at: deliveredAt }
      return { userId, status: 'sent', at: null }
    })

const ranks: Record<DeliveryStatus, number> = { sent: 0, delivered: 1, read: 2 }

/** What is true for all receivers; a message that is for nobody was only sent. */
export const statusForAll = (statuses: readonly ReceiverStatus[]): DeliveryStatus =>
  statuses.map(({ status }) => status).sort((one, other) => ranks[one] - ranks[other])[0] ?? 'sent'

/** By when all receivers had it; null if somebody has not, or where that is not known. */
export function deliveredAtForAll(message: Sent, receipts: readonly MemberReceipt[]): number | null {
  const times = receipts
    .filter(({ userId, joinedSeq }) => userId !== message.senderId && joinedSeq < message.seq)
    .map(({ deliveredSeq, deliveredAt }) => (deliveredSeq >= message.seq ? deliveredAt : null))
  return times.length === 0 || times.includes(null) ? null : Math.max(...times.map(Number))
}
