import { z } from 'zod'
import { attachmentSideRows } from './features/attachments.ts'
import { offerSideRows } from './features/offers.ts'
import { reactionSideRows } from './features/reactions.ts'
import { userSideRows } from './features/users.ts'

/**
 * Rows that stand beside the rows of other features wherever these are shown: in a page, a summary, a change. The list of
 * those that features bring.
 */
export const sideRows = { ...userSideRows, ...attachmentSideRows, ...reactionSideRows, ...offerSideRows } as const

const SideRows = z.strictObject(sideRows)
export type SideRows = z.output<typeof SideRows>
