import { z } from 'zod'
import { idPattern } from './client-limits.ts'
import { cleanLine, hasVisibleCharacter } from './features/name-rules.ts'
import { limits } from './limits.ts'
import { isNotBlank, isStorable, isWithinLimit } from './text-rules.ts'

export { limits } from './limits.ts'

export const wellFormed = z.refine<string>(isStorable, 'must be well-formed Unicode without NUL')

export const Id = z
  .string()
  .regex(idPattern, 'must be an identifier')
  .meta({ id: 'Id', description: 'A UUIDv7 if Parley made it, else the id that the host application gave.' })

export const MessageId = z
  .uuidv7()
  .regex(/^[0-9a-f-]+$/, 'must be in lower case')
  .meta({
    id: 'MessageId',
    description: 'A UUIDv7 in lower case, made by the sender. Requests with the same id make only one message.',
  })

export const Seq = z
  .int()
  .min(0)
  .meta({ id: 'Seq', description: 'A place in a conversation, 1..n without gaps; 0 is before the first message.' })

export const Rev = z
  .int()
  .min(0)
  .meta({ id: 'Rev', description: 'The number of a change: every durable change of a conversation takes the next.' })

export const Timestamp = z
  .int()
  .min(0)
  .meta({ id: 'Timestamp', description: 'Milliseconds since 1970, for display; messages are ordered by `seq`.' })

/**
 * Returns a schema of strings that both databases can store, such as a search or a secret, of at most `max` UTF-16
 * units. They may be empty, and are not trimmed.
 */
export const ShortText = (max: number) => z.string().max(max).check(wellFormed)

/** The text of a body that may have other parts, and then may be blank. */
export const Caption = z
  .string()
  .max(limits.textBytes)
  .refine(isWithinLimit, `at most ${limits.text} characters`)
  .check(wellFormed)
  .describe(`At most ${limits.text} characters; not blank if the body has no other parts.`)

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
    .overwrite(cleanLine)

export const Name = singleLine(limits.name)
  .min(1)
  .max(limits.name)
  .refine(hasVisibleCharacter, 'must contain a visible character')
  .describe(
    'A name that people read: one line, normalised, without invisible characters and marks that change its direction, with at most four accents on a letter.',
  )

export const Topic = singleLine(limits.topic).max(limits.topic)

export const Username = z
  .string()
  .max(limits.username * 2)
  .overwrite((name) => name.trim())
  .min(2)
  .max(limits.username)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'letters, digits, and . _ - between them')
  .describe('Letters and digits, with . _ - between them. Spaces around it are dropped.')

/** A user name that somebody types to sign in. It is trimmed, because keyboards of phones add a space after a word. */
export const TypedUsername = ShortText(limits.username * 2)
  .overwrite((name) => name.trim())
  .max(limits.username)

/** A password that somebody types, normalised to NFC first, because devices encode the same letters differently. */
export const TypedPassword = ShortText(limits.password.max * 4)
  .overwrite((password) => password.normalize('NFC'))
  .max(limits.password.max)

export const Password = TypedPassword.min(limits.password.min)

// A picture must not become a script, or a beacon on a plain connection.
export const ImageUrl = z
  .string()
  .max(2_000)
  .check(wellFormed)
  .regex(/^(https:\/\/[^\s"'<>\\]+|\/(?!\/)[^\s"'<>\\]*)$/, 'must be an https address or a path')
  .describe('An https address, or a path of this server.')

/** The cursor of a list whose order changes. The server makes it; clients only send it back. */
export const Cursor = z
  .string()
  .regex(/^\d{1,16}_[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/, 'must be the `next` of a page')
  .meta({ id: 'Cursor', description: 'The `next` of a page. Its content is internal to the server.' })

/** The cursor of a list of people by user name. */
export const PersonCursor = z
  .string()
  .regex(/^(?:=[A-Za-z0-9_-]{1,600}|[A-Za-z0-9][A-Za-z0-9._:@-]{0,63})$/, 'must be the `next` of a page')
  .meta({
    id: 'PersonCursor',
    description:
      'The `next` of a page, whose content is internal to the server, or the id of the last person of a page.',
  })

export const Limit = z.int().min(1).max(limits.page)
