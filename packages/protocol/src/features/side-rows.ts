import { z } from 'zod'
import { attachmentSideRows } from './attachments.ts'
import { reactionSideRows } from './reactions.ts'
import { userSideRows } from './users.ts'

/**
 * Rows that stand beside the rows of other features wherever these are shown: in a page, a summary, a change. The list of
 * those that features bring.
 */
export const sideRows = { ...userSideRows, ...attachmentSideRows, ...reactionSideRows } as const

const SideRows = z.strictObject(sideRows)
export type SideRows = z.output<typeof SideRows>
