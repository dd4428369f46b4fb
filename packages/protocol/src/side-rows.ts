import { z } from 'zod'
import { attachmentSideRows } from './features/attachments.ts'
import { offerSideRows } from './features/offers.ts'
import { reactionSideRows } from './features/reactions.ts'
import { userSideRows } from './features/users.ts'

/**
 * The side rows of all features: rows that pages, summaries and changes contain because their other rows refer to them,
 * such as the users who sent the messages.
 */
export const sideRows = { ...userSideRows, ...attachmentSideRows, ...reactionSideRows, ...offerSideRows } as const

const SideRows = z.strictObject(sideRows)
export type SideRows = z.output<typeof SideRows>
