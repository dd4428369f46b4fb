import type { Attachment, AttachmentKind } from '@parley/protocol'
import type { Texts } from '../texts/english/english.ts'

interface Summarized {
  ids: readonly string[]
  /** Of the message, where the attachments themselves are not known. */
  type: string
  text: string
  known: Readonly<Record<string, Pick<Attachment, 'kind'>>>
}

/** Attachments in a few words, with the words beside them: "Photo", "3 files: the minutes". */
export function attachmentSummary({ ids, type, text, known }: Summarized, texts: Texts['attachments']): string {
  const kinds = new Set(ids.map((id) => known[id]?.kind ?? kindOf(type)))
  const [kind] = kinds
  return texts.preview(countOf(kinds.size === 1 && kind ? kind : 'file', ids.length, texts), text)
}

const kindOf = (type: string): AttachmentKind => (type === 'image' || type === 'voice' ? type : 'file')

function countOf(kind: AttachmentKind, count: number, texts: Texts['attachments']): string {
  if (kind === 'image') return texts.images(count)
  if (kind === 'video') return texts.videos(count)
  if (count === 1) return texts[kind]
  return texts.files(count)
}
