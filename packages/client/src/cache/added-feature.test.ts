import { expect, test } from 'vitest'
import type { ChatState, ConversationState } from '../chat-state.ts'
import type { ClientFeature } from '../client-feature.ts'
import { features } from '../features.ts'
import { ModelServer, userOf } from '../testing/model-server.ts'
import { Cache } from './cache.ts'

interface Edits {
  edits: number
}

const editsOf = (held: ConversationState) => (held as ConversationState & Edits).edits

/** A feature that no other code knows: it counts the edits of each conversation and of all together. */
const edits: ClientFeature<null, { allEdits: number }, Edits> = {
  create: () => null,
  state: { initial: { allEdits: 0 }, forget: (state) => Object.assign({}, state, { allEdits: -1 }) },
  conversation: { begin: () => ({ edits: 0 }) },
  conversationRows: {
    messages: {
      apply(held, rows) {
        const count = rows.filter((row) => row.editedAt !== null).length
        return count === 0 ? held : Object.assign({}, held, { edits: editsOf(held) + count })
      },
      applyOutside: (state, rows) => Object.assign({}, state, { allEdits: rows.length }),
    },
  },
}

test('a feature that is added to the list has its fields in the state, kept by its own functions', () => {
  const server = new ModelServer()
  const cache = new Cache({ ...features, edits })
  expect(cache.emptyState).toMatchObject({ allEdits: 0, users: {}, typing: {} })
  const account = { rev: 1, user: userOf('me'), memberships: [server.mine()], summaries: [server.summary()] }
  const began = cache.resetAccount(cache.emptyState, account, 'e')
  const held = (state: ChatState) => state.conversations[server.id]
  expect(held(began)).toMatchObject({ edits: 0, messages: [], unread: 0 })
  server.send('bob')
  server.edit(1)
  server.rename('Cellar')
  const after = server.events.reduce((state, event) => cache.applyChange(state, event).state, began)
  expect(held(after)).toMatchObject({ edits: 1, lastSeq: 1, rev: server.rev, conversation: { name: 'Cellar' } })
  expect(after).toMatchObject({ allEdits: 1 })
  expect(cache.depart(after, server.id, server.rev)).toMatchObject({ allEdits: -1, conversations: {} })
  const anew = cache.resetAccount(after, { ...account, summaries: [server.summary()] }, 'f')
  expect(anew).toMatchObject({ allEdits: 0 })
  expect(held(anew)).toMatchObject({ edits: 0, lastSeq: 1 })
})
