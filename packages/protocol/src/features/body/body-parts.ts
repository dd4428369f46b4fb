import type { z } from 'zod'
import { BodyAttachments } from '../attachments.ts'

/**
 * What features add to a plain body beside its text, each optional: `offer: OfferPart`. A message names the rows that belong
 * to a part by its own id; what of them changes after it was sent stands beside the message (see `../side-rows.ts`).
 * The part that stands first here gives the message its type. What clients check without the schemas is in
 * `body-part-rules.ts`, under the same names.
 */
export const bodyParts = { attachments: BodyAttachments } as const satisfies z.core.$ZodShape
