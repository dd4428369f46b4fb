import type { z } from 'zod'
import { BodyAttachments } from '../attachments.ts'
import { OfferPart } from './offer-part.ts'

/**
 * The parts of a plain body that features add to its text; all are optional. A feature finds the rows of its part by
 * the id of the message; those that change after the send are side rows (see `../side-rows.ts`). If a body has several
 * parts, the first in this list determines the type of the message. `body-part-rules.ts` has the same names, with the
 * rules that clients check without the schemas.
 */
export const bodyParts = { attachments: BodyAttachments, offer: OfferPart } as const satisfies z.core.$ZodShape
