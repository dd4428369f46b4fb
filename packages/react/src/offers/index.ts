/** Offers for hosts that build their own messages: the hook, the form, and how money is written. */
export { formatMoney } from './money.ts'
export { OfferDialog } from './offer-dialog.tsx'
export { useOffer } from './use-offer.ts'
