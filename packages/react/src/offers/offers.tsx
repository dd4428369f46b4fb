import type { ComposerExtension } from '../messages/composer/composer-extension.ts'
import type { MessageExtension } from '../messages/message-extension.ts'
import { OfferDialog } from './form/offer-dialog.tsx'
import { OfferCard } from './offer-card.tsx'
import { tag } from './offer-icons.ts'

/** Shows the offer of a message as a card, which has the text of the message in it. */
export const offers: MessageExtension = {
  name: 'offers',
  content: { part: 'offer', Component: OfferCard, showsText: true },
}

/** Adds the form for offers to the menu of the composer. */
export const offersInComposer: ComposerExtension = {
  name: 'offers',
  actions: [{ name: 'offer', label: (texts) => texts.offers.make, icon: tag, run: ({ open }) => open(OfferDialog) }],
}
