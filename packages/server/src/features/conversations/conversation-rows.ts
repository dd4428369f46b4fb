import type { RowKind } from '../../core/rows/row-kind.ts'
import { toConversation } from './conversation-store.ts'

/**
 * How sync and other nodes read the settings of a conversation that changed, and the event `conversation.updated` that
 * they become. They are never counted as a row.
 */
export const conversationRows: RowKind<'conversation'> = {
  field: 'conversation',

  changedSince: async (store, { id, settings_rev }, since) => ({
    rows: 0,
    bytes: 0,
    read: async () => {
      const row = settings_rev > since ? await store.conversations.byId(id) : undefined
      return row && toConversation(row)
    },
  }),

  eventsOf: (conversation) => new Map([[conversation.rev, { name: 'conversation.updated', rows: conversation }]]),
}
