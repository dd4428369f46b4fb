import { z } from 'zod'
import { idPattern } from './id-pattern.ts'
import { limits } from './limits.ts'
import { isNotBlank, isStorable, isWithinLimit } from './text-rules.ts'

export { limits } from './limits.ts'

// Control characters, and the marks that turn the direction of the text around a name.
const unsafeInNames = /[\p{Cc}\u061C\u202A-\u202E\u2066-\u2069\u200E\u200F\u2028\u2029]/gu

export const wellFormed = z.refine<string>(isStorable, 'must be well-formed Unicode without NUL')

export const Id = z
  .string()
  .regex(idPattern, 'must be an identifier')
  .meta({ id: 'Id', description: 'A UUIDv7 when Parley made it, else what the host application calls it.' })

export const MessageId = z
  .uuidv7()
  .regex(/^[0-9a-f-]+$/, 'must be in lower case')
  .meta({
    id: 'MessageId',
    description: 'A UUIDv7 in lower case, made by the sender: sent again with it, a message stays one message.',
  })

export const Seq = z
  .int()
  .min(0)
  .meta({ id: 'Seq', description: 'A place in a conversation, 1..n without gaps; 0 stands before the first.' })

export const Rev = z
  .int()
  .min(0)
  .meta({ id: 'Rev', description: 'The number of a change: every durable change of a conversation takes the next.' })

export const Timestamp = z
  .int()
  .min(0)
  .meta({ id: 'Timestamp', description: 'Milliseconds since 1970, to be shown; nothing is ordered by it.' })

/** Text whose meaning this schema does not know: a search, a secret, a reference. Both databases can store it. */
export const ShortText = (max: number) => z.string().max(max).check(wellFormed)

/** The text of a body that may say something else. */
export const Caption = z
  .string()
  .max(limits.textBytes)
  .refine(isWithinLimit, `at most ${limits.text} characters`)
  .check(wellFormed)
  .describe(`At most ${limits.text} characters; not blank if the body has nothing else.`)

export const Text = z
  .string()
  .min(1)
  .max(limits.textBytes)
  .refine(isNotBlank, 'must not be blank')
  .refine(isWithinLimit, `at most ${limits.text} characters`)
  .check(wellFormed)
  .describe(`Not blank, at most ${limits.text} characters.`)

const singleLine = (max: number) =>
  z
    .string()
    .max(max * 4)
    .check(wellFormed)
    .overwrite((name) => name.normalize('NFC').replace(unsafeInNames, '').replace(/\s+/g, ' ').trim())

export const Name = singleLine(limits.name)
  .min(1)
  .max(limits.name)
  .refine((name) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(name), 'must have something to see')
  .describe('A name that people read: one line, normalised, without marks that turn its direction.')

export const Topic = singleLine(limits.topic).max(limits.topic)

export const Username = z
  .string()
  .min(2)
  .max(limits.username)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'letters, digits, and . _ - between them')
  .describe('Letters and digits, with . _ - between them.')

export const Password = ShortText(limits.password.max).min(limits.password.min)

// A picture must not become a script, or a beacon on a plain connection.
export const ImageUrl = z
  .string()
  .max(2_000)
  .check(wellFormed)
  .regex(/^(https:\/\/[^\s"'<>\\]+|\/(?!\/)[^\s"'<>\\]*)$/, 'must be an https address or a path')
  .describe('An https address, or a path of this server.')

export const Limit = z.int().min(1).max(limits.page)
