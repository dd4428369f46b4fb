import { z } from 'zod'
import { Caption, limits, ShortText } from '../../primitives.ts'
import { saysSomething } from '../../text-rules.ts'
import { bodyParts } from './body-parts.ts'

/**
 * Returns the schema of a body, which refuses unknown fields: `plain`, which the server can read, with a `text` and
 * these parts, all of them optional, or `sealed`, with a `ciphertext` that is opaque to it. A plain text may be blank
 * only beside a part.
 */
export const composeBody = <Parts extends z.core.$ZodShape>(parts: Parts) =>
  z.discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('plain'),
        text: Caption,
        ...z.strictObject(parts).partial().shape,
      })
      .refine(saysSomething, { path: ['text'], error: 'must not be blank, unless the body has other parts' }),
    z.strictObject({
      kind: z.literal('sealed'),
      ciphertext: ShortText(limits.textBytes * 2)
        .min(1)
        .describe(
          'Any well-formed text without NUL. The server stores it byte for byte, and does not search or log it.',
        ),
    }),
  ])

export const Body = composeBody(bodyParts).meta({ id: 'Body' })
export type Body = z.output<typeof Body>
