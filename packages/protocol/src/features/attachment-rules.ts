/*
 * What the schemas ask of an attachment, in plain values and functions, so that a client need not carry the schemas.
 */

export const attachmentKinds = ['image', 'video', 'audio', 'voice', 'file'] as const

/** The bytes of an attachment as they were uploaded (images without what they told of their maker), and a small picture. */
export const attachmentVariants = ['original', 'thumbnail'] as const

export const attachmentLimits = {
  perMessage: 20,
  /** Attachments of one user that no message has yet. */
  unbound: 100,
  /** How many addresses are signed at once. */
  signed: 100,
  /** How many heights a waveform has, each 0..100. */
  peaks: 64,
  fileName: 120,
  durationMs: 24 * 60 * 60 * 1_000,
  /** Of a side of a film, as its sender says: no larger one is played anywhere. */
  pixels: 16_384,
  /** No server takes more, whatever its settings. */
  bytes: 2 ** 40,
}

/** Where uploads go, and where files come from, below the path of the API. */
export const attachmentPaths = { uploads: '/uploads', files: '/files' } as const

// Control characters, and the marks that turn the direction of the text around a name or stand in it unseen.
const unsafe = /[\p{Cc}\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu
/** What file systems or shells take for something else than a letter of a name. */
const forbidden = /[<>:"|?*]/g

/** The name of a file as it is kept and shown: one line without folders, which no device takes for anything else. */
export function cleanFileName(given: string): string {
  const last = given.normalize('NFC').replace(unsafe, '').split(/[/\\]/).at(-1) ?? ''
  const name = last
    .replace(forbidden, '_')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^\.+|[. ]+$/g, '')
  return shortened(name) || 'file'
}

/** A long name keeps its ending, which says what opens it. */
function shortened(name: string): string {
  if (name.length <= attachmentLimits.fileName) return name
  const [ending = ''] = name.match(/\.[^.\s]{1,12}$/) ?? []
  const start = name.slice(0, attachmentLimits.fileName - ending.length)
  return `${start.isWellFormed() ? start : start.slice(0, -1)}${ending}`
}

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** What a client knows of the attachments of a body. */
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
