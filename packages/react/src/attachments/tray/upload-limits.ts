import type { Chat } from '@parley/client'

type UploadLimits = Awaited<ReturnType<Chat['attachments']['quota']>>

const known = new WeakMap<Chat, UploadLimits | 'asked'>()

/**
 * Asks the server for its limits, for `fileRefusal`; returns before the answer. Does nothing if they are known or were
 * asked for. After a failure, which it ignores, the next call asks again.
 */
export function askUploadLimits(chat: Chat): void {
  if (known.has(chat)) return
  known.set(chat, 'asked')
  chat.attachments.quota().then(
    (limits) => known.set(chat, limits),
    () => known.delete(chat),
  )
}

const isAllowed = (type: string, patterns: readonly string[]) => {
  const [kind, subtype] = type.split('/')
  return patterns.some((pattern) => {
    const [allowedKind, allowedSubtype] = pattern.toLowerCase().split('/')
    return (allowedKind === '*' || allowedKind === kind) && (allowedSubtype === '*' || allowedSubtype === subtype)
  })
}

export type FileRefusal = { reason: 'empty' | 'type' } | { reason: 'size'; limit: number }

/**
 * Why the server would refuse this file: `empty`, `size` (more bytes than `limit`) or `type`; null if it may accept it.
 * Uses the limits that `askUploadLimits` has loaded for this chat; until then only an empty file is refused. Checks the
 * type only of common pictures, MP4, MP3 and PDF: the type that a browser states for other files is not reliable. The
 * server checks again.
 */
export function fileRefusal(chat: Chat, file: File): FileRefusal | null {
  if (file.size === 0) return { reason: 'empty' }
  const limits = known.get(chat)
  if (!limits || limits === 'asked') return null
  if (file.size > limits.maxFileSize) return { reason: 'size', limit: limits.maxFileSize }
  // The type that the operating system reports may be wrong or missing: only these are reliable.
  const isReliable = /^(image\/(png|jpeg|gif|webp)|video\/mp4|audio\/mpeg|application\/pdf)$/.test(file.type)
  return isReliable && !isAllowed(file.type, limits.allowedTypes) ? { reason: 'type' } : null
}
