import type { MessageDialogProps } from '../../messages/message-extension.ts'
import { OfferDialog } from './offer-dialog.tsx'

/**
 * The dialog that counters the offer of a message, filled with its amount, currency and details, not with its note and
 * expiry (see `OfferDialog`); nothing if the message has no offer.
 */
export function CounterDialog({ message: { id, conversationId, body }, onClose }: MessageDialogProps) {
  const terms = body?.kind === 'plain' ? body.offer : undefined
  if (!terms) return null
  const answers = { messageId: id, amount: terms.amount, currency: terms.currency, details: terms.details }
  return <OfferDialog conversationId={conversationId} answers={answers} onClose={onClose} />
}
