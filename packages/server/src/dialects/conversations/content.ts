import type { Attachment, Message, Offer, OfferPart, SideRows } from '@parley/protocol'
import { currencyDecimals } from '@parley/protocol/features/body/currencies'
import type { FileAddress } from '../dialect.ts'

/** What stands beside messages: the files and offers in them. */
export interface Beside {
  attachments: ReadonlyMap<string, Attachment>
  /** By their messages. */
  offers: ReadonlyMap<string, Offer>
  addressOf: FileAddress
}

export const besideOf = (
  { attachments = [], offers = [] }: Partial<Pick<SideRows, 'attachments' | 'offers'>>,
  addressOf: FileAddress,
): Beside => ({
  attachments: new Map(attachments.map((attachment) => [attachment.id, attachment])),
  offers: new Map(offers.map((offer) => [offer.messageId, offer])),
  addressOf,
})

const toFile = ({ id, name, size }: Attachment, addressOf: FileAddress) => ({
  fileUrl: addressOf(id),
  fileName: name,
  fileSize: size,
})

/** Their amounts are numbers of whole units, such as 12.5 for 12.50 EUR. */
export const unitOf = (currency: string): number => 10 ** (currencyDecimals.get(currency) ?? 0)

export const toAmount = ({ amount, currency }: Pick<OfferPart, 'amount' | 'currency'>) => ({
  offerAmount: amount / unitOf(currency),
  offerCurrency: currency,
})

const toOffer = (part: OfferPart, offer: Offer | undefined) => ({
  ...toAmount(part),
  ...(part.details ? { offerDetails: part.details } : {}),
  offerStatus: offer?.status ?? 'open',
  ...(part.expiresAt === undefined ? {} : { offerExpiresAt: new Date(part.expiresAt).toISOString() }),
})

/**
 * What a message says. The first file stands in the fields of the document, all of several in `files`. Their clients cannot
 * open a sealed body: its content says that it is one.
 */
export function toContent({ id, body }: Message, { attachments, offers, addressOf }: Beside) {
  if (body === null) return {}
  if (body.kind === 'sealed') return { sealed: true }
  const ids = (body.attachments ?? []).flatMap((attachmentId) => attachments.get(attachmentId) ?? [])
  const files = ids.map((attachment) => toFile(attachment, addressOf))
  return {
    ...(body.text === '' ? {} : { text: body.text }),
    ...files[0],
    ...(files.length > 1 ? { files } : {}),
    ...(body.offer ? toOffer(body.offer, offers.get(id)) : {}),
  }
}

/** What a list shows of a message: its text, or a word for what it has instead, as the document has it. */
export function toPreview({ body }: Message) {
  if (body?.kind === 'sealed') return { sealed: true }
  return { text: body?.text || (body?.offer ? 'Offer' : 'File') }
}

/** Their four types: what is said aloud is a file. */
export const toMessageType = ({ type }: Message): string => (type === 'voice' ? 'file' : type)
