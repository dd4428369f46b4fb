import type { Attachment, Message } from '@parley/protocol'
import { toDate, toDateOrNull } from '../dates.ts'
import { type Answer, type Plan, type RouteRequest, run } from '../dialect.ts'
import { addressesOf, attachmentsOf, type KnownParts, offerOf } from '../message-parts.ts'

/** Their document has no fields for files; the names follow the style of the others. */
const toAttachment = (attachment: Attachment, { url, thumbnail }: ReturnType<typeof addressesOf>) => ({
  id: attachment.id,
  kind: attachment.kind,
  name: attachment.name,
  mime_type: attachment.mime,
  size: attachment.size,
  width: attachment.width,
  height: attachment.height,
  duration_ms: attachment.durationMs,
  url,
  thumbnail_url: thumbnail,
})

/**
 * Returns the fields for files and offer of a message: `attachments`, which may be empty, and `offer`, null if it has
 * none. Files whose rows are not in `known` are left out.
 */
export function toParts(message: Message, known: KnownParts) {
  const offer = offerOf(message, known)
  return {
    attachments: attachmentsOf(message, known).map((attachment) =>
      toAttachment(attachment, addressesOf(attachment, known)),
    ),
    offer: offer
      ? {
          amount: offer.amount,
          currency: offer.currency,
          details: offer.details,
          expires_at: toDateOrNull(offer.expiresAt),
          status: offer.status,
        }
      : null,
  }
}

/**
 * Answers with the files of the message in the path, with signed URLs that work for some minutes without a token, for
 * images in a page. Files that the caller cannot see are left out. Throws a PlanError (`not_found`) if the caller
 * cannot see the message.
 */
export function* listAttachments({ params }: RouteRequest): Plan<Answer> {
  const { message, attachments } = yield* run('message.get', { messageId: params.messageId ?? '' })
  const shown = attachmentsOf(message, { attachments })
  const attachmentIds = shown.map(({ id }) => id)
  const { urls } = attachmentIds.length > 0 ? yield* run('attachment.sign', { attachmentIds }) : { urls: [] }
  const data = shown.flatMap((attachment) => {
    const signed = urls.find(({ attachmentId }) => attachmentId === attachment.id)
    if (!signed) return []
    const { original: url, thumbnail, expiresAt } = signed
    return [{ ...toAttachment(attachment, { url, thumbnail }), url_expires_at: toDate(expiresAt) }]
  })
  return { status: 200, body: { success: true, data } }
}
