import { attachmentKinds } from '@parley/protocol/features/attachment-rules'
import { v7 as uuidv7 } from 'uuid'
import { OperationError } from '../../core/operation-error.ts'

/** The protocol of resumable uploads, tus 1.0: https://tus.io/protocols/resumable-upload */
const tusVersion = '1.0.0'

/** Headers of every answer. */
export const tusHeaders = { 'Tus-Resumable': tusVersion, 'Cache-Control': 'no-store' }

/** Makes the headers of the answer to OPTIONS: its version and extensions of tus, and the most bytes of a file. */
export const tusAbilities = (maxFileSize: number) => ({
  ...tusHeaders,
  'Tus-Version': tusVersion,
  'Tus-Extension': 'creation,termination',
  'Tus-Max-Size': String(maxFileSize),
})

/** The number in a header of tus; NaN if it is missing or anything but 1 to 15 digits. */
export const countIn = (header: string | undefined): number =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : Number.NaN

const longestMetadata = 8_192

/**
 * Decodes the header `Upload-Metadata`: names, and their values in base64. A missing header gives {}, a missing value
 * '', and the last value of a name counts. In a value it skips characters that are not base64. Throws `invalid_input`
 * for more than 8,192 characters.
 */
export function metadataOf(header = ''): Record<string, string> {
  if (header.length > longestMetadata) {
    throw new OperationError('invalid_input', `Upload-Metadata may have at most ${longestMetadata} characters.`)
  }
  const fields = header.split(',').map((pair) => {
    const [name = '', value = ''] = pair.trim().split(/\s+/)
    return [name, Buffer.from(value, 'base64').toString('utf8')]
  })
  return Object.fromEntries(fields.filter(([name]) => name !== '' && name !== '__proto__'))
}

const counts = ['width', 'height', 'durationMs'] as const

/**
 * Makes the input of `attachment.create` from `size` and the fields of a form or the metadata of tus: `id`, `kind`,
 * `name` and, if given, `width`, `height`, `durationMs` and `peaks`, whose numbers have spaces between them. Without an
 * id it makes one, without a name it takes `filename` or `file`, without a kind the one of `type`, else `file`. Nothing
 * is validated, and a malformed number becomes NaN: the operation refuses what is invalid.
 */
export function creationFrom(words: Record<string, string>, size: number, type: string | undefined) {
  const { id = uuidv7(), filename, name = filename, kind = kindOf(type), peaks } = words
  return {
    id,
    kind,
    name: name ?? 'file',
    size,
    ...Object.fromEntries(counts.flatMap((name) => (words[name] === undefined ? [] : [[name, Number(words[name])]]))),
    ...(peaks === undefined ? {} : { peaks: peaks.split(' ').map(Number) }),
  }
}

/** The kind for a type, if the client does not give one. */
function kindOf(type = ''): (typeof attachmentKinds)[number] {
  const [kind] = type.split('/')
  return attachmentKinds.find((one) => one === kind) ?? 'file'
}
