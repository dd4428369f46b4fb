import type { Attachment, Message, OfferPart } from '@parley/protocol'
import { currencyDecimals } from '@parley/protocol/features/body/currencies'
import { toDate } from '../dates.ts'
import type { FileAddress, Lent } from '../dialect.ts'
import { attachmentsOf, type KnownParts, offerOf } from '../message-parts.ts'
import { readLink } from './file-link.ts'

/** What stands beside messages: the files and offers in them. */
export interface Beside extends KnownParts {
  lent: Lent
}

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

const toOffer = (offer: NonNullable<ReturnType<typeof offerOf>>, { details }: OfferPart) => ({
  ...toAmount(offer),
  ...(details ? { offerDetails: details } : {}),
  offerStatus: offer.status,
  ...(offer.expiresAt === null ? {} : { offerExpiresAt: toDate(offer.expiresAt) }),
})

/**
 * What a message says. The first file stands in the fields of the document, all of several in `files`. Their clients cannot
 * open a sealed body: its content says that it is one.
 */
export function toContent(message: Message, { lent, ...known }: Beside) {
  const { body } = message
  if (body === null) return {}
  if (body.kind === 'sealed') return { sealed: true }
  const files = attachmentsOf(message, known).map((attachment) => toFile(attachment, lent.addressOf))
  const offer = offerOf(message, known)
  const { text, ...link } = readLink(message, lent)
  return {
    ...(text === '' ? {} : { text }),
    ...link,
    ...files[0],
    ...(files.length > 1 ? { files } : {}),
    ...(offer && body.offer ? toOffer(offer, body.offer) : {}),
  }
}

/** What a list shows of a message: its text, or a word for what it has instead, as the document has it. */
export function toPreview(message: Message, lent: Lent) {
  const { body } = message
  if (body?.kind === 'sealed') return { sealed: true }
  return { text: readLink(message, lent).text || (body?.offer ? 'Offer' : 'File') }
}

/** Their four types: what is said aloud is a file. */
export const toMessageType = ({ type }: Message): string => (type === 'voice' ? 'file' : type)
