import type { AttachmentKind } from '@parley/protocol'
import type { Inspection } from '../inspection/inspection.ts'

/** Other names for the same, as programs that look at bytes know them. */
const names: Record<string, string> = {
  'audio/x-m4a': 'audio/mp4',
  'audio/x-wav': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/opus': 'audio/ogg',
  'video/x-m4v': 'video/mp4',
}

/** A recording without pictures begins like one with them: what it is meant as decides. */
const soundOf: Record<string, string> = {
  'video/mp4': 'audio/mp4',
  'video/webm': 'audio/webm',
  'video/ogg': 'audio/ogg',
}

/** What an upload is, from what its sender wants it to be and what its bytes are: `file` where the two do not fit. */
export function classify(
  wanted: AttachmentKind,
  { mime: given, image }: Inspection,
): { kind: AttachmentKind; mime: string } {
  const [bare = given] = given.split(';')
  const known = names[bare] ?? bare
  const isSound = wanted === 'audio' || wanted === 'voice'
  const mime = (isSound && soundOf[known]) || known
  const fits = isSound ? mime.startsWith('audio/') : wanted === 'image' ? image !== null : mime.startsWith(`${wanted}/`)
  return { kind: fits ? wanted : 'file', mime }
}

/** Patterns are types such as `application/pdf`, or all of a kind: `image/*`, or everything, with stars in both places. */
export const isAllowed = (mime: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const [type, subtype] = pattern.toLowerCase().split('/')
    const [ofFile, subtypeOfFile] = mime.split('/')
    return (type === '*' || type === ofFile) && (subtype === '*' || subtype === subtypeOfFile)
  })
