import type { AttachmentKind } from '@parley/protocol'
import type { SummarizedMessage } from '../messages/part-summaries.ts'
import type { Texts } from '../texts/english/english.ts'

/**
 * Attachments in a few words: "Photo", "3 files"; undefined if the body has no `attachments`. Those of different kinds,
 * and several that are neither pictures nor videos, count as files. An attachment that is not in `known` is a picture
 * or a recording if the type of the message is `image` or `voice`, else a file.
 */
export function attachmentSummary(
  { body, type, known }: SummarizedMessage,
  { attachments }: Texts,
): string | undefined {
  const ids = body.attachments
  if (!ids) return undefined
  const kinds = new Set(ids.map((id) => known?.attachments[id]?.kind ?? kindOf(type)))
  const [kind] = kinds
  return countOf(kinds.size === 1 && kind ? kind : 'file', ids.length, attachments)
}

const kindOf = (type: string): AttachmentKind => (type === 'image' || type === 'voice' ? type : 'file')

function countOf(kind: AttachmentKind, count: number, texts: Texts['attachments']): string {
  if (kind === 'image') return texts.images(count)
  if (kind === 'video') return texts.videos(count)
  if (count === 1) return texts[kind]
  return texts.files(count)
}
