import { API_PATH, type Attachment, type AttachmentKind, type Body, type Message, type Offer } from '@parley/protocol'
import { attachmentPaths } from '@parley/protocol/features/attachment-rules'
import { decimalText } from '@parley/protocol/features/body/currencies'
import { offerStatus } from '@parley/protocol/features/body/offer-rules'
import { hasParts, isNotBlank } from '@parley/protocol/text-rules'
import { type FileAddress, type Plan, run } from './dialect.ts'
import { orElse } from './outcome.ts'

/** What is known of the parts of the messages that are shown. */
export interface KnownParts {
  attachments?: readonly Attachment[] | undefined
  offers?: readonly Offer[] | undefined
  /** Signs addresses for one caller. Events that go to all members have unsigned addresses, which need a token. */
  addressOf?: FileAddress | undefined
}

/** What stands beside a message that was just sent: it is stored and does not fail because this cannot be read right now. */
export function* partsOf({ id: messageId, body }: Message): Plan<KnownParts> {
  return body !== null && hasParts(body) ? yield* orElse<KnownParts>(run('message.get', { messageId }), {}) : {}
}

type PlainBody = Extract<Body, { kind: 'plain' }>

/** In the order in which the message shows them. */
export const attachmentsOf = ({ body }: Message, { attachments = [] }: KnownParts): Attachment[] =>
  body?.kind === 'plain' ? (body.attachments ?? []).flatMap((id) => attachments.find((one) => one.id === id) ?? []) : []

/** Where a member gets the bytes with their token, as long as they are in the conversation. */
const unsigned: FileAddress = (id, variant) => `${API_PATH}${attachmentPaths.files}/${id}/${variant}`

/** Images alone have a small picture. */
export const addressesOf = ({ id, thumbhash }: Attachment, { addressOf = unsigned }: KnownParts) => ({
  url: addressOf(id, 'original'),
  thumbnail: thumbhash === null ? null : addressOf(id, 'thumbnail'),
})

/** The terms of an offer and how it stands. */
export function offerOf({ id, body }: Message, { offers = [] }: KnownParts) {
  if (body?.kind !== 'plain' || !body.offer) return undefined
  const { amount, currency, details = {}, expiresAt = null } = body.offer
  const known = offers.find(({ messageId }) => messageId === id) ?? { status: 'open', expiresAt }
  return { amount, currency, details, expiresAt, status: offerStatus(known, Date.now()) }
}

/** What a plain message says to clients that show texts alone: its text, or else its parts in one line. */
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

/** The name says more of a file than its kind. A recording has none that somebody chose. */
function attachmentLine(message: Message, { attachments: ids = [] }: PlainBody, known: KnownParts): string[] {
  if (ids.length === 0) return []
  const shown = attachmentsOf(message, known)
  const kinds = new Set(shown.length === ids.length ? shown.map(({ kind }) => kind) : [kindOf(message)])
  const [kind] = kinds
  const { one, many } = words[kinds.size === 1 && kind ? kind : 'file']
  if (ids.length > 1) return [`${ids.length} ${many}`]
  return [shown[0] === undefined || kind === 'voice' ? one : `${one}: ${shown[0].name}`]
}

/** What became of it, too, once something has. */
function offerLine(message: Message, known: KnownParts): string[] {
  const offer = offerOf(message, known)
  if (!offer) return []
  const { amount, currency, status } = offer
  return [`Offer: ${decimalText(amount, currency)} ${currency}${status === 'open' ? '' : ` (${status})`}`]
}
