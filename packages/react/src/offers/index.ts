/** Offers for hosts that build their own messages: the hook, the form, and the format of money. */

export { OfferDialog } from './form/offer-dialog.tsx'
export { formatMoney } from './money.ts'
export { useOffer } from './use-offer.ts'
