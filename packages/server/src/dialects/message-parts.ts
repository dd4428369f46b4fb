import { API_PATH, type Attachment, type AttachmentKind, type Body, type Message, type Offer } from '@parley/protocol'
import { attachmentPaths } from '@parley/protocol/features/attachment-rules'
import { decimalText } from '@parley/protocol/features/body/currencies'
import { offerStatus } from '@parley/protocol/features/body/offer-rules'
import { hasParts, isNotBlank } from '@parley/protocol/text-rules'
import { type FileAddress, type Plan, run } from './dialect.ts'
import { orElse } from './outcome.ts'

/** The rows beside messages that were read with them. */
export interface KnownParts {
  attachments?: readonly Attachment[] | undefined
  offers?: readonly Offer[] | undefined
  /** Signs URLs for one caller. Left out in events to all members, which get unsigned URLs that need a token. */
  addressOf?: FileAddress | undefined
}

/**
 * Reads the rows beside a message that has been sent, by `message.get`. Returns {} without reading if it has only a
 * text, or is sealed or deleted; also if the read is refused, because the send itself has succeeded.
 */
export function* partsOf({ id: messageId, body }: Message): Plan<KnownParts> {
  return body !== null && hasParts(body) ? yield* orElse<KnownParts>(run('message.get', { messageId }), {}) : {}
}

type PlainBody = Extract<Body, { kind: 'plain' }>

/**
 * Returns the attachments of a message, in its order. Those whose rows are not in `attachments` are left out; a sealed
 * or deleted message has none.
 */
export const attachmentsOf = ({ body }: Message, { attachments = [] }: KnownParts): Attachment[] =>
  body?.kind === 'plain' ? (body.attachments ?? []).flatMap((id) => attachments.find((one) => one.id === id) ?? []) : []

/** A URL for which a member needs a token. */
const unsigned: FileAddress = (id, variant) => `${API_PATH}${attachmentPaths.files}/${id}/${variant}`

/**
 * Returns the URLs of an attachment. `thumbnail` is null if it has no `thumbhash`; only images have one. Without
 * `addressOf`, the URLs are unsigned paths of this server, for which a member needs a token.
 */
export const addressesOf = ({ id, thumbhash }: Attachment, { addressOf = unsigned }: KnownParts) => ({
  url: addressOf(id, 'original'),
  thumbnail: thumbhash === null ? null : addressOf(id, 'thumbnail'),
})

/**
 * Returns the terms and the present status of the offer in a message; undefined if it has none, or is sealed or
 * deleted. An offer whose row is not in `offers` counts as open. An open offer whose time has passed is `expired`, by
 * the clock of this server.
 */
export function offerOf({ id, body }: Message, { offers = [] }: KnownParts) {
  if (body?.kind !== 'plain' || !body.offer) return undefined
  const { amount, currency, details = {}, expiresAt = null } = body.offer
  const known = offers.find(({ messageId }) => messageId === id) ?? { status: 'open', expiresAt }
  return { amount, currency, details, expiresAt, status: offerStatus(known, Date.now()) }
}

/**
 * Returns a message as one text, for clients that show texts only. It is the text of `body`, which must be that of the
 * message. A blank text is replaced by a line about the parts, such as `Photo: a.jpg · Offer: 12.50 EUR`, if there are
 * any.
 */
export function textOf(message: Message, body: PlainBody, known: KnownParts): string {
  if (isNotBlank(body.text)) return body.text
  const lines = [...attachmentLine(message, body, known), ...offerLine(message, known)]
  return lines.length > 0 ? lines.join(' · ') : body.text
}

const words: Record<AttachmentKind, { one: string; many: string }> = {
  image: { one: 'Photo', many: 'photos' },
  video: { one: 'Video', many: 'videos' },
  audio: { one: 'Audio', many: 'files' },
  voice: { one: 'Voice message', many: 'files' },
  file: { one: 'File', many: 'files' },
}

const kindOf = ({ type }: Message): AttachmentKind => (type === 'image' || type === 'voice' ? type : 'file')

/** Names a single file, except a voice message, whose name is generated; of several it gives the number. */
function attachmentLine(message: Message, { attachments: ids = [] }: PlainBody, known: KnownParts): string[] {
  if (ids.length === 0) return []
  const shown = attachmentsOf(message, known)
  const kinds = new Set(shown.length === ids.length ? shown.map(({ kind }) => kind) : [kindOf(message)])
  const [kind] = kinds
  const { one, many } = words[kinds.size === 1 && kind ? kind : 'file']
  if (ids.length > 1) return [`${ids.length} ${many}`]
  return [shown[0] === undefined || kind === 'voice' ? one : `${one}: ${shown[0].name}`]
}

/** The amount, and the status unless it is open. */
function offerLine(message: Message, known: KnownParts): string[] {
  const offer = offerOf(message, known)
  if (!offer) return []
  const { amount, currency, status } = offer
  return [`Offer: ${decimalText(amount, currency)} ${currency}${status === 'open' ? '' : ` (${status})`}`]
}
