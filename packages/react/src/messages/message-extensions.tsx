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

// Grouped once, not for every row. Dangerous actions are last.
export const messageActions = messageExtensions
  .flatMap(({ actions }) => actions ?? [])
  .toSorted((one, other) => Number(one.isDanger ?? false) - Number(other.isDanger ?? false))
export const messageContents = messageExtensions.flatMap(({ content }) => content ?? [])
export const messageFooters = messageExtensions.flatMap(({ name, Footer }) => (Footer ? { name, Footer } : []))
export const messageSheetTops = messageExtensions.flatMap(({ name, SheetTop }) => (SheetTop ? { name, SheetTop } : []))
