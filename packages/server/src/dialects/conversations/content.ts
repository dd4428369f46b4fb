import type { Attachment, Message, OfferPart } from '@parley/protocol'
import { currencyDecimals } from '@parley/protocol/features/body/currencies'
import { toDate } from '../dates.ts'
import type { FileAddress, Lent } from '../dialect.ts'
import { attachmentsOf, type KnownParts, offerOf } from '../message-parts.ts'
import { readLink } from './file-link.ts'

/** The files and offers of messages, and the services of the server. */
export interface Beside extends KnownParts {
  lent: Lent
}

const toFile = ({ id, name, size }: Attachment, addressOf: FileAddress) => ({
  fileUrl: addressOf(id),
  fileName: name,
  fileSize: size,
})

/**
 * The number of our smallest units in one unit of the currency: 100 for EUR, 1 for JPY and for an unknown one. These
 * clients give amounts in units, such as 12.5 for 12.50 EUR.
 */
export const smallestUnitsIn = (currency: string): number => 10 ** (currencyDecimals.get(currency) ?? 0)

/**
 * Returns an amount in units of its currency, as their fields `offerAmount` and `offerCurrency`: 1250 of EUR becomes
 * 12.5. The amount of an unknown currency stays as it is.
 */
export const toAmount = ({ amount, currency }: Pick<OfferPart, 'amount' | 'currency'>) => ({
  offerAmount: amount / smallestUnitsIn(currency),
  offerCurrency: currency,
})

const toOffer = (offer: NonNullable<ReturnType<typeof offerOf>>, { details }: OfferPart) => ({
  ...toAmount(offer),
  ...(details ? { offerDetails: details } : {}),
  offerStatus: offer.status,
  ...(offer.expiresAt === null ? {} : { offerExpiresAt: toDate(offer.expiresAt) }),
})

/** What clients show that cannot decrypt a message. */
const sealed = { text: 'Encrypted message', sealed: true }

/**
 * Returns the content of a message for these clients: {} if it was deleted, `{ text, sealed: true }` with a fixed text
 * if they cannot decrypt it. The first file, or a link at the end of the text (see `readLink`), is in `fileUrl`,
 * `fileName` and `fileSize`; several files are in `files` too. An offer is in the fields `offerAmount`,
 * `offerCurrency`, `offerStatus` and so on. An empty text is left out.
 */
export function toContent(message: Message, { lent, ...known }: Beside) {
  const { body } = message
  if (body === null) return {}
  if (body.kind === 'sealed') return sealed
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

/**
 * Returns the preview of a message in a list: `{ text }` with its text without a link or, if that is empty, `Offer` or
 * `File`. An encrypted message gets a fixed text and `sealed: true`. Do not call it for a deleted message: the preview
 * would be `File`.
 */
export function toPreview(message: Message, lent: Lent) {
  const { body } = message
  if (body?.kind === 'sealed') return sealed
  return { text: readLink(message, lent).text || (body?.offer ? 'Offer' : 'File') }
}

/** Returns the type of a message for these clients: `voice` becomes `file`, every other type stays as it is. */
export const toMessageType = ({ type }: Message): string => (type === 'voice' ? 'file' : type)
