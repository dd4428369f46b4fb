import type { z } from 'zod'
import { BodyAttachments } from '../attachments.ts'
import { OfferPart } from './offer-part.ts'

/**
 * What features add to a plain body beside its text, each optional. A feature finds the rows that belong to its part by the
 * id of the message; what of them changes after it was sent stands beside the message (see `../side-rows.ts`).
 * The part that stands first here gives the message its type. What clients check without the schemas is in
 * `body-part-rules.ts`, under the same names.
 */
export const bodyParts = { attachments: BodyAttachments, offer: OfferPart } as const satisfies z.core.$ZodShape
