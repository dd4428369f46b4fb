import type { AttachmentKind } from '@parley/protocol'
import type { Inspection } from '../inspection/inspection.ts'

/** Other names of types, and ours. */
const names: Record<string, string> = {
  'audio/x-m4a': 'audio/mp4',
  'audio/x-wav': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/opus': 'audio/ogg',
  'video/x-m4v': 'video/mp4',
}

/**
 * A container of video may contain sound only; the bytes at its start are the same. These are its types if it is sent
 * as sound.
 */
const soundOf: Record<string, string> = {
  'video/mp4': 'audio/mp4',
  'video/webm': 'audio/webm',
  'video/ogg': 'audio/ogg',
}

/**
 * The kind and type of an upload. The type follows from the bytes alone, without parameters and under one name of each
 * type; a container of video counts as sound if its sender says so. The kind is the one that the sender wants if the
 * bytes agree with it (an image must also have been decoded), else `file`. Nothing is refused here.
 */
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

/**
 * Whether a type, in lower case, matches one of the patterns, such as `application/pdf`, `image/*`, or everything with
 * two stars. False without patterns.
 */
export const isAllowed = (mime: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const [type, subtype] = pattern.toLowerCase().split('/')
    const [ofFile, subtypeOfFile] = mime.split('/')
    return (type === '*' || type === ofFile) && (subtype === '*' || subtype === subtypeOfFile)
  })
