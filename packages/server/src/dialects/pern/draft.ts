import { type Body, operations } from '@parley/protocol'
import { type Fields, readField } from '../argument.ts'
import { refuse } from '../dialect.ts'
import { makeMessageId } from '../message-id.ts'

/** Their requests have names in snake_case and their events in camelCase; each takes both. */
const readEither = (fields: Fields, snake: string, camel: string): unknown =>
  readField(fields, snake) ?? readField(fields, camel)

export function readEitherText(fields: Fields, snake: string, camel: string): string {
  const value = readEither(fields, snake, camel)
  return typeof value === 'string' ? value : refuse(`${snake} must be a text`)
}

const Send = operations['message.send'].input

/** What it says is opaque, unless the client says itself that it is not. */
export function readBody(fields: Fields): Body {
  const content = readEitherText(fields, 'content_encrypted', 'contentEncrypted')
  const encrypted = readField(fields, 'encrypted') ?? true
  if (typeof encrypted !== 'boolean') return refuse('encrypted must be true or false')
  const body = Send.shape.body.safeParse(
    encrypted ? { kind: 'sealed', ciphertext: content } : { kind: 'plain', text: content },
  )
  return body.success ? body.data : refuse(`content_encrypted: ${body.error.issues[0]?.message}`)
}

const types = ['text', 'image', 'file', 'voice'] as const

function readType(fields: Fields) {
  const type = readEither(fields, 'message_type', 'messageType') ?? 'text'
  return types.find((known) => known === type) ?? refuse(`message_type must be ${types.join(', ')}`)
}

/** A client may make the id itself, to be able to send again; the names of rows not yet sent are none of ours. */
export function readDraft(fields: Fields) {
  const id = Send.shape.id.safeParse(readField(fields, 'id'))
  return {
    conversationId: readEitherText(fields, 'conversation_id', 'conversationId'),
    id: id.success ? id.data : makeMessageId(),
    type: readType(fields),
    body: readBody(fields),
  }
}
