import { API_PATH, operations } from '@parley/protocol'
import { attachmentPaths } from '@parley/protocol/features/attachment-rules'
import { currencyDecimals } from '@parley/protocol/features/body/currencies'
import { type Fields, readField, readFields, readOptionalText, readText } from '../argument.ts'
import { find, type Plan, type PlanCaller, refuse } from '../dialect.ts'
import { makeMessageId } from '../message-id.ts'
import { smallestUnitsIn } from './content.ts'
import { type FileLink, isLink, isLinkName, withLink } from './file-link.ts'

const Draft = operations['message.send'].input.omit({ conversationId: true })
type Draft = ReturnType<typeof Draft.parse>

/** The field that a message of each of their types must have. */
const requiredFields = { text: 'text', image: 'fileUrl', file: 'fileUrl', offer: 'offerAmount' } as const
type MessageType = keyof typeof requiredFields

const isType = (given: unknown): given is MessageType =>
  typeof given === 'string' && Object.hasOwn(requiredFields, given)

/** The content as an object; some clients send a plain text as `content` or `text` instead. */
function readContent(fields: Fields): Fields {
  const content = readField(fields, 'content') ?? readText(fields, 'text')
  return typeof content === 'string' ? { text: content } : readFields(content)
}

// Matches addresses with or without origin. The signature may have expired: the server checks the owner of the upload
// itself.
const address = new RegExp(
  `^(?:https?://[^/?#]+)?(?:/[^?#]*)?${API_PATH}${attachmentPaths.files}/([0-9a-f-]{36})/original([?#]|$)`,
)

interface File {
  attachments?: string[]
  link?: FileLink
}

/** The upload at an address of this server or, if the operator allows it, a link to a file on another server. */
function readFile(content: Fields, fileLinks: boolean): File {
  const url = readOptionalText(content, 'fileUrl')
  const name = readOptionalText(content, 'fileName')
  const size = readField(content, 'fileSize')
  if (size !== undefined && typeof size !== 'number') refuse('content.fileSize must be a number')
  if (url === undefined) return {}
  const id = url.length <= 2_048 ? url.match(address)?.[1] : undefined
  // The client's name and size of an upload are ignored: the server has its own.
  if (id !== undefined) return { attachments: [id] }
  if (!fileLinks || !isLink(url)) return refuseAddress(fileLinks)
  if (name !== undefined && !isLinkName(name)) refuse('content.fileName must be one line of at most 255 characters')
  return { link: { fileUrl: url, ...(name === undefined ? {} : { fileName: name }) } }
}

const refuseAddress = (fileLinks: boolean) =>
  refuse(`content.fileUrl must be the address of an upload of yours${fileLinks ? ', or of https:' : ''}`)

function readOffer(content: Fields, usualCurrency: string) {
  const amount = readField(content, 'offerAmount')
  const given = readField(content, 'offerDetails')
  if (amount === undefined) {
    if (given !== undefined) refuse('content.offerAmount must be a number')
    return undefined
  }
  if (typeof amount !== 'number') return refuse('content.offerAmount must be a number')
  const details = given === undefined ? undefined : readFields(given)
  const currency = readOptionalText(content, 'offerCurrency') ?? readField(details ?? {}, 'currency') ?? usualCurrency
  if (typeof currency !== 'string' || !currencyDecimals.has(currency)) {
    return refuse('the currency of an offer must be a code of ISO 4217, such as EUR')
  }
  const whole = Math.round(amount * smallestUnitsIn(currency))
  // An amount with too many decimals for its currency is refused, not rounded.
  if (whole / smallestUnitsIn(currency) !== amount) refuse(`content.offerAmount is no amount of ${currency}`)
  return { amount: whole, currency, ...(details ? { details } : {}) }
}

/**
 * The type of a message follows from its content; if a client gives a type, the content must have the field of that
 * type.
 */
function checkType(messageType: unknown, content: Fields): void {
  if (messageType === undefined) return
  if (!isType(messageType)) refuse(`messageType must be one of ${Object.keys(requiredFields).join(', ')}`)
  else if (readField(content, requiredFields[messageType]) === undefined) {
    refuse(`content.${requiredFields[messageType]} is missing`)
  }
}

/**
 * Returns the input of `message.send` without the conversation, read from a payload. The client's `id` is used if it is
 * valid, else a new one. A link to a file on another server becomes the last line of the text. Throws a PlanError:
 * `invalid_input` for wrong content, a link beside an offer or without permission, and an upload that the caller cannot
 * see; other refusals of that look-up unchanged. Call it before a conversation is opened, because a message that is
 * refused must not leave an empty conversation behind.
 */
export function* readDraft(fields: Fields, { currency, fileLinks }: PlanCaller): Plan<Draft> {
  const content = readContent(fields)
  const type = readField(fields, 'messageType')
  checkType(type, content)
  const id = Draft.shape.id.safeParse(readField(fields, 'id'))
  const [{ attachments, link }, offer] = [readFile(content, fileLinks), readOffer(content, currency)]
  if (link && offer) refuse('content.fileUrl of an offer must be the address of an upload of yours')
  const caption = readOptionalText(content, 'text') ?? ''
  const body = { kind: 'plain', text: link ? withLink(caption, link) : caption, attachments, offer }
  const draft = Draft.safeParse({
    id: id.success ? id.data : makeMessageId(),
    ...(link ? { type: type === 'image' ? 'image' : 'file' } : {}),
    body: withoutUndefined(body),
  })
  if (!draft.success) return refuse(problemOf(draft.error.issues[0]))
  for (const attachmentId of attachments ?? []) {
    if ((yield* find('attachment.get', { attachmentId })) === null) refuseAddress(fileLinks)
  }
  return draft.data
}

const theirNames = new Map<unknown, string>([
  ['attachments', 'fileUrl'],
  ['amount', 'offerAmount'],
  ['details', 'offerDetails'],
])

/** A sentence that names their field instead of ours. */
function problemOf(issue: { path: PropertyKey[]; message: string } | undefined): string {
  const field = issue?.path.map((name) => theirNames.get(name)).find((name) => name !== undefined)
  return `content.${field ?? 'text'}: ${issue?.message}`
}

const withoutUndefined = (body: object): object =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
