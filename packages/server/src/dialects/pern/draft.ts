import { type Body, operations } from '@parley/protocol'
import { type Fields, readField } from '../argument.ts'
import { refuse } from '../dialect.ts'
import { makeMessageId } from '../message-id.ts'

/** Their requests have names in snake_case and their events in camelCase; both are accepted everywhere. */
const readEither = (fields: Fields, snake: string, camel: string): unknown =>
  readField(fields, snake) ?? readField(fields, camel)

/**
 * Returns the text under one of two names: `snake`, or `camel` if the first is missing or null. Throws a PlanError
 * (`invalid_input`) if both are missing, or the one that is there is no text.
 */
export function readEitherText(fields: Fields, snake: string, camel: string): string {
  const value = readEither(fields, snake, camel)
  return typeof value === 'string' ? value : refuse(`${snake} must be a text`)
}

const Send = operations['message.send'].input

/**
 * Returns the body of a message, which has no offer. Its content counts as encrypted unless `encrypted` is false. With
 * files `encrypted` must be false, because the server stores files unencrypted, and the content may be missing. Without
 * files there must be content. Throws a PlanError (`invalid_input`) for a body that does not follow these rules or the
 * schema.
 */
export function readBody(fields: Fields): Body {
  const attachments = readEither(fields, 'attachment_ids', 'attachmentIds')
  const encrypted = readField(fields, 'encrypted') ?? true
  if (typeof encrypted !== 'boolean') return refuse('encrypted must be true or false')
  if (attachments !== undefined && encrypted) return refuse('encrypted must be false beside attachment_ids')
  const body = Send.shape.body.safeParse(
    attachments === undefined
      ? readContent(fields, encrypted)
      : { kind: 'plain', text: readEither(fields, ...contentNames) ?? '', attachments },
  )
  if (body.success) return body.data
  const [issue] = body.error.issues
  return refuse(`${issue?.path[0] === 'attachments' ? 'attachment_ids' : 'content_encrypted'}: ${issue?.message}`)
}

const contentNames = ['content_encrypted', 'contentEncrypted'] as const

function readContent(fields: Fields, isSealed: boolean) {
  const content = readEitherText(fields, ...contentNames)
  return isSealed ? { kind: 'sealed', ciphertext: content } : { kind: 'plain', text: content }
}

const types = ['text', 'image', 'file', 'voice'] as const

function readType(fields: Fields) {
  const type = readEither(fields, 'message_type', 'messageType') ?? 'text'
  return types.find((known) => known === type) ?? refuse(`message_type must be ${types.join(', ')}`)
}

/**
 * Returns the input of `message.send`, read from a payload. The client's `id` is used if it is a valid one, else a new
 * one, because clients also put ids of local rows there. Without a type it is `text`, also with files: the server then
 * finds the type. Throws a PlanError (`invalid_input`) for a missing conversation, an unknown type or a wrong body.
 */
export function readDraft(fields: Fields) {
  const id = Send.shape.id.safeParse(readField(fields, 'id'))
  return {
    conversationId: readEitherText(fields, 'conversation_id', 'conversationId'),
    id: id.success ? id.data : makeMessageId(),
    type: readType(fields),
    body: readBody(fields),
  }
}
