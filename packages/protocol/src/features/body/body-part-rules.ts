import { attachmentPartRule } from '../attachment-rules.ts'
import type { SendableType } from '../message-rules.ts'
import type { bodyParts } from './body-parts.ts'
import { offerProblem } from './offer-rules.ts'

/** What a client checks of a part of a body without loading its schema. */
export interface BodyPartRule {
  /** The types that a message with this part can have; the first is the default. */
  types: readonly SendableType[]
  /** Why every server would refuse this value, in a sentence; null if it can be sent. */
  problem(value: unknown): string | null
}

export type BodyPartRules = Readonly<Record<string, BodyPartRule>>

/** The rules of the parts in `body-parts.ts`. */
export const bodyPartRules: { readonly [Part in keyof typeof bodyParts]: BodyPartRule } = {
  attachments: attachmentPartRule,
  offer: { types: ['offer'], problem: offerProblem },
}
