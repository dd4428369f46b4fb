/*
 * The rules of the schemas for attachments as plain values and functions, so that a client need not load the schemas.
 */

import * as attachmentLimits from './attachment-limits.ts'

export { attachmentLimits }

export const attachmentKinds = ['image', 'video', 'audio', 'voice', 'file'] as const

/** `original`: the bytes as uploaded, but images without their metadata; `thumbnail`: a small picture. */
export const attachmentVariants = ['original', 'thumbnail'] as const

/** The paths of uploads and downloads, below `API_PATH`. */
export const attachmentPaths = { uploads: '/uploads', files: '/files' } as const

// Control characters, invisible characters, and marks that change the direction of the text around a name.
const unsafe = /[\p{Cc}\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu
/** Characters with a special meaning for file systems or shells. */
const forbidden = /[<>:"|?*]/g

/**
 * Returns the name under which a file is stored and shown: the part after the last slash or backslash, as one line in
 * NFC with single spaces. Control characters and the usual invisible ones are removed, also dots and spaces at its
 * ends; `_` stands for each of `<>:"|?*`. It is cut to 120 UTF-16 units, and keeps an extension of at most 12
 * characters after its dot. Returns `file` if nothing is left, also for a text that ends with a slash. Lone surrogates
 * stay. A cleaned name stays as it is.
 */
export function cleanFileName(given: string): string {
  const last = given.replace(unsafe, '').normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const name = last
    .replace(forbidden, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  return shortened(name) || 'file'
}

/** Cuts a long name before its extension, by which devices find the program that opens it. */
function shortened(name: string): string {
  if (name.length <= attachmentLimits.fileName) return name
  const [ending = ''] = name.match(/\.[^.\s]{1,12}$/) ?? []
  return `${cutText(name, attachmentLimits.fileName - ending.length).replace(/[. ]+$/, '')}${ending}`
}

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * The rule of the part `attachments`: its message has the type `file`, unless the sender names `image` or `voice`.
 * `problem` returns null for a list of 1 to 20 different ids, each a UUIDv7 in lower case, and a sentence for any other
 * value.
 */
export const attachmentPartRule = {
  types: ['file', 'image', 'voice'],
  problem: (value: unknown): string | null => {
    const ids: unknown[] = Array.isArray(value) ? value : []
    if (ids.length < 1 || ids.length > attachmentLimits.perMessage) {
      return `A message has 1 to ${attachmentLimits.perMessage} attachments, or leaves them out.`
    }
    const isGood = ids.every((id) => typeof id === 'string' && uuidV7.test(id)) && new Set(ids).size === ids.length
    return isGood ? null : 'Attachments are named by their ids, each once.'
  },
} as const

/**
 * Returns the first `length` UTF-16 units of a longer text, one less if the last of them would be the first half of a
 * surrogate pair. A text that is not longer is returned as it is. Accents and joined emoji may be cut apart.
 */
export const cutText = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
