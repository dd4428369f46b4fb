import { messageRemoval } from '../administration/message-removal.tsx'
import { attachments } from '../attachments/attachments.tsx'
import { offers } from '../offers/offers.tsx'
import { reactions } from '../reactions/reactions.tsx'
import { receipts } from '../receipts/receipts.tsx'
import { messageBasics } from './message-basics.tsx'
import type { MessageExtension } from './message-extension.ts'

/** What features add to messages, in the order in which it is shown. A new feature needs one line here. */
const messageExtensions: readonly MessageExtension[] = [
  reactions,
  attachments,
  offers,
  messageBasics,
  messageRemoval,
  receipts,
]

/** The actions of all features, in the order of `messageExtensions`, except that dangerous ones are last. */
export const messageActions = messageExtensions
  .flatMap(({ actions }) => actions ?? [])
  .toSorted((one, other) => Number(one.isDanger ?? false) - Number(other.isDanger ?? false))
/** What features render inside the bubble, each for one part of the body, in the order of `messageExtensions`. */
export const messageContents = messageExtensions.flatMap(({ content }) => content ?? [])
/** What features render below the bubble of every message, in the same order. */
export const messageFooters = messageExtensions.flatMap(({ name, Footer }) => (Footer ? { name, Footer } : []))
/** What features render above the actions of a message's sheet, in the same order. */
export const messageSheetTops = messageExtensions.flatMap(({ name, SheetTop }) => (SheetTop ? { name, SheetTop } : []))
