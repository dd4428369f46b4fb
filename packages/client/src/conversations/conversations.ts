import type { Conversation, ConversationSummary, Input, Output } from '@parley/protocol'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, read, takeSummaries, taking } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'

/** A page of the list of conversations, the latest active first; `next`, given as `after`, brings the one behind it. */
export interface ConversationPage {
  conversations: Conversation[]
  /** Left out by the last page. */
  next?: string
}

/**
 * Rooms and direct conversations. What an answer brings is in the state when its promise resolves, except discovered
 * rooms. Promises reject with a ChatError, `not_found` also for a conversation that this user may not see, or with the
 * reason of an abort. Reads are repeated after a lost connection, the other calls are not and may have run.
 */
export interface Conversations {
  /**
   * The first page of the list: the 100 conversations and invitations that were active last, or as many as `limit`
   * says. After `connect` the state already holds every conversation.
   */
  list(input?: Input<'conversation.list'>, options?: CallOptions): Promise<Conversation[]>
  /**
   * A page of the list, with what brings the next one.
   *
   * @example
   * const { conversations, next } = await chat.conversations.page({ kind: 'room', limit: 50 })
   * if (next !== undefined) await chat.conversations.page({ kind: 'room', limit: 50, after: next })
   */
  page(input?: Input<'conversation.list'>, options?: CallOptions): Promise<ConversationPage>
  /** Makes a room, with this user as its owner. */
  create(input: Input<'conversation.create'>, options?: CallOptions): Promise<Conversation>
  /** The direct conversation with a person: the existing one, or a new one. */
  openDirect(input: Input<'conversation.openDirect'>, options?: CallOptions): Promise<Conversation>
  /**
   * The first page of the public rooms whose name contains the text `query`, the newest first. Does not put them into
   * the state.
   */
  discover(
    input?: Input<'conversation.discover'>,
    options?: CallOptions,
  ): Promise<Output<'conversation.discover'>['rooms']>
  /** A page of the public rooms, as of `discover`; its `next`, given as `after`, brings the one behind it. */
  discoverPage(input?: Input<'conversation.discover'>, options?: CallOptions): Promise<Output<'conversation.discover'>>
  /** Asks the server for a conversation, also if the state has it. */
  get(conversationId: string, options?: CallOptions): Promise<Conversation>
  /** Changes name, topic or visibility of a room. */
  update(
    conversationId: string,
    changes: Omit<Input<'conversation.update'>, 'conversationId'>,
    options?: CallOptions,
  ): Promise<Conversation>
}

export interface ConversationsFields {
  conversation: Conversation
}

export const conversations: ClientFeature<Conversations, object, ConversationsFields> = {
  create: createConversations,
  conversation: { begin: ({ conversation }) => ({ conversation }) },
  conversationRows: {
    conversation: { apply: (held, row) => (row.rev > held.conversation.rev ? { ...held, conversation: row } : held) },
  },
  accountRows: {
    summaries: {
      apply: (state, summaries, cache) => summaries.reduce((next, summary) => cache.applySummary(next, summary), state),
    },
  },
}

function createConversations(context: ClientContext): Conversations {
  const { call } = context
  const taken = ({ summary }: Output<'conversation.get'>) => takenSummary(context, summary)
  const page: Conversations['page'] = async (input = {}, options) => {
    const { summaries, next } = await read(context, 'conversation.list', input, options)
    takeSummaries(context, summaries)
    return { conversations: summaries.map((summary) => summary.conversation), ...(next !== undefined && { next }) }
  }
  const discoverPage: Conversations['discoverPage'] = (input = {}, options) =>
    read(context, 'conversation.discover', input, options)
  return {
    page,
    list: async (input, options) => (await page(input, options)).conversations,
    create: async (input, options) => taken(await call('conversation.create', input, options)),
    openDirect: async (input, options) => taken(await call('conversation.openDirect', input, options)),
    discoverPage,
    discover: async (input, options) => (await discoverPage(input, options)).rooms,
    get: (conversationId, options) => getConversation(context, conversationId, options),
    async update(conversationId, changes, options) {
      const answer = call('conversation.update', { conversationId, ...changes }, options)
      const { conversation } = await taking(context, answer, (state, { conversation }) =>
        context.cache.applySideRows(state, conversationId, { conversation }),
      )
      return conversation
    },
  }
}

/**
 * Asks the server for a conversation, takes its summary into the state as `takeSummaries` does, and resolves with the
 * conversation of the answer. Asks at each call, also if the state holds it. Rejects as `read` does, with `not_found`
 * also for a conversation that this user may not see.
 */
export async function getConversation(context: ClientContext, conversationId: string, options?: CallOptions) {
  return takenSummary(context, (await read(context, 'conversation.get', { conversationId }, options)).summary)
}

function takenSummary(context: ClientContext, summary: ConversationSummary): Conversation {
  takeSummaries(context, [summary])
  return summary.conversation
}
