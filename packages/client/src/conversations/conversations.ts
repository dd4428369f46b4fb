import { withConversation } from '../cache/cache.ts'
import type { CallOptions, Conversations } from '../chat.ts'
import { type ClientContext, read, takeSummaries, update } from '../client-context.ts'

export function createConversations(context: ClientContext): Conversations {
  const { call } = context
  return {
    async list(input = {}, options) {
      const { summaries } = await read(context, 'conversation.list', input, options)
      takeSummaries(context, summaries)
      return summaries.map((summary) => summary.conversation)
    },
    async create(input, options) {
      const { summary } = await call('conversation.create', input, options)
      takeSummaries(context, [summary])
      return summary.conversation
    },
    async openDirect(input, options) {
      const { summary } = await call('conversation.openDirect', input, options)
      takeSummaries(context, [summary])
      return summary.conversation
    },
    async discover(input = {}, options) {
      return (await read(context, 'conversation.discover', input, options)).rooms
    },
    get: (conversationId, options) => getConversation(context, conversationId, options),
    async update(conversationId, changes, options) {
      const { conversation } = await call('conversation.update', { conversationId, ...changes }, options)
      update(context, (state) =>
        withConversation(state, conversationId, (held) =>
          conversation.rev > held.conversation.rev ? { ...held, conversation } : held,
        ),
      )
      return conversation
    },
  }
}

export async function getConversation(context: ClientContext, conversationId: string, options?: CallOptions) {
  const { summary } = await read(context, 'conversation.get', { conversationId }, options)
  takeSummaries(context, [summary])
  return summary.conversation
}
