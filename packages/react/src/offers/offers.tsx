import type { ComposerExtension } from '../messages/composer/composer-extension.ts'
import type { MessageExtension } from '../messages/message-extension.ts'
import { OfferDialog } from './form/offer-dialog.tsx'
import { OfferCard } from './offer-card.tsx'
import { tag } from './offer-icons.ts'

/** A message that offers something, as a card. */
export const offers: MessageExtension = {
  name: 'offers',
  content: { part: 'offer', Component: OfferCard },
}

/** Makes an offer beside the field. */
export const offersInComposer: ComposerExtension = {
  name: 'offers',
  actions: [{ name: 'offer', label: (texts) => texts.offers.make, icon: tag, run: ({ open }) => open(OfferDialog) }],
}
