import type { Chat } from '@parley/client'

type UploadLimits = Awaited<ReturnType<Chat['attachments']['quota']>>

const asked = new WeakMap<Chat, UploadLimits | 'asked'>()

/** Asks the server once what it takes, so that what it does not take is refused before it is uploaded. */
export function askUploadLimits(chat: Chat): void {
  if (asked.has(chat)) return
  asked.set(chat, 'asked')
  chat.attachments.quota().then(
    (limits) => asked.set(chat, limits),
    () => asked.delete(chat),
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

/** Why this server takes no such file, as far as is known here; it looks itself, too. */
export function fileRefusal(chat: Chat, file: File): FileRefusal | null {
  if (file.size === 0) return { reason: 'empty' }
  const limits = asked.get(chat)
  if (!limits || limits === 'asked') return null
  if (file.size > limits.maxFileSize) return { reason: 'size', limit: limits.maxFileSize }
  // What the system says of a type may be wrong or missing: pictures alone are known well enough.
  const isKnown = /^(image\/(png|jpeg|gif|webp)|video\/mp4|audio\/mpeg|application\/pdf)$/.test(file.type)
  return isKnown && !isAllowed(file.type, limits.allowedTypes) ? { reason: 'type' } : null
}
