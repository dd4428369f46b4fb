import type { Attachment, Message } from '@parley/protocol'
import type { Rows, SideRows } from '../../core/rows/row-kind.ts'
import { toAttachment } from './attachment-store.ts'

/** The attachments of messages, loaded with these, in the order in which the messages name them. */
export const attachmentRows: SideRows<'attachments'> = {
  field: 'attachments',
  load: async (store, groups) => {
    const rows = await store.attachments.shown(groups.flatMap(idsIn))
    const found = new Map(rows.map((row) => [row.id, toAttachment(row)]))
    return (shown) => idsIn(shown).flatMap((id) => found.get(id) ?? [])
  },
}

const idsIn = ({ messages = [] }: Rows): string[] => messages.flatMap(({ body }) => attachmentIdsOf(body))

const attachmentIdsOf = (body: Message['body']): readonly string[] =>
  body?.kind === 'plain' ? (body.attachments ?? []) : []

declare module '../../core/rows/row-kind.ts' {
  interface SideFields {
    attachments: Attachment[]
  }
}
