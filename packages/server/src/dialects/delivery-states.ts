import type { MemberReceipt, Message } from '@parley/protocol'

export type DeliveryStatus = 'sent' | 'delivered' | 'read'

/** The status of a message for one receiver. */
export interface ReceiverStatus {
  userId: string
  status: DeliveryStatus
  /**
   * When the member's receipt last moved, in milliseconds since 1970; null if unknown. It is exact for the last message
   * that the receipt passed; earlier messages may have been delivered or read earlier.
   */
  at: number | null
}

type Sent = Pick<Message, 'seq' | 'senderId'>

/**
 * Returns the status of a message for each receiver, in the order of `receipts`: for their users except the sender and
 * those who joined after the message. A user without a receipt is left out.
 */
export const receiverStatuses = ({ seq, senderId }: Sent, receipts: readonly MemberReceipt[]): ReceiverStatus[] =>
  receipts
    .filter(({ userId, joinedSeq }) => userId !== senderId && joinedSeq < seq)
    .map(({ userId, readSeq, deliveredSeq, readAt, deliveredAt }) => {
      if (readSeq >= seq) return { userId, status: 'read', at: readAt }
      if (deliveredSeq >= seq) return { userId, status: 'delivered', at: deliveredAt }
      return { userId, status: 'sent', at: null }
    })

const ranks: Record<DeliveryStatus, number> = { sent: 0, delivered: 1, read: 2 }

/** Returns the lowest of these statuses, in the order `sent`, `delivered`, `read`; `sent` if the list is empty. */
export const statusForAll = (statuses: readonly ReceiverStatus[]): DeliveryStatus =>
  statuses.map(({ status }) => status).sort((one, other) => ranks[one] - ranks[other])[0] ?? 'sent'

/**
 * Returns when the last receiver got the message, in milliseconds since 1970. Returns null if there are no receivers,
 * if one has not got it, or if a time is unknown. A time is that of the receipt's last move, so this message may have
 * arrived earlier.
 */
export function deliveredAtForAll(message: Sent, receipts: readonly MemberReceipt[]): number | null {
  const times = receipts
    .filter(({ userId, joinedSeq }) => userId !== message.senderId && joinedSeq < message.seq)
    .map(({ deliveredSeq, deliveredAt }) => (deliveredSeq >= message.seq ? deliveredAt : null))
  return times.length === 0 || times.includes(null) ? null : Math.max(...times.map(Number))
}
