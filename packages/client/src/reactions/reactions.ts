import type { Output } from '@parley/protocol'
import { inEmojiStyle, isEmoji } from '@parley/protocol/features/emoji'
import { withConversation } from '../cache/held-conversation.ts'
import type { CallOptions } from '../chat.ts'
import { ChatError } from '../chat-error.ts'
import type { ConversationState } from '../chat-state.ts'
import { type ClientContext, read, taking, update } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { createTurns } from '../turns.ts'
import { takeUsers } from '../users/user-rows.ts'
import {
  applyReactions,
  applyTallies,
  carryOverWishes,
  dropReactions,
  endWish,
  type ReactionsFields,
  showWish,
} from './reaction-rows.ts'

export type { MessageReaction, MessageReactions } from './reaction-rows.ts'

/** A page of the reactions with one emoji. */
export interface ReactionListOptions extends CallOptions {
  /** The rev of the last reaction of the previous page. */
  after?: number
  /** 1..100. Default: 50. */
  limit?: number
}

/** Reactions; those of loaded messages are in the state. Promises reject with a ChatError or an abort’s reason. */
export interface Reactions {
  /**
   * Reacts to a message with one emoji, or with a custom one such as `:party:`. The state shows it at once; if the
   * server refuses it or does not answer, the state is reverted and the promise rejects.
   *
   * @example
   * await chat.reactions.add(conversationId, message.id, '👍')
   */
  add(conversationId: string, messageId: string, emoji: string, options?: CallOptions): Promise<void>
  /** Removes the reaction, in the same way. */
  remove(conversationId: string, messageId: string, emoji: string, options?: CallOptions): Promise<void>
  /** A page of the reactions with this emoji, the oldest first. Puts their users into the state. */
  list(messageId: string, emoji: string, options?: ReactionListOptions): Promise<Output<'reaction.list'>>
}

export const reactions: ClientFeature<Reactions, object, ReactionsFields> = {
  create: createReactions,
  conversation: { begin: () => ({ reactions: {} }), carryOver: carryOverWishes },
  conversationRows: {
    tallies: { apply: applyTallies },
    reactions: { apply: applyReactions },
    messages: { apply: dropReactions },
  },
}

function createReactions(context: ClientContext): Reactions {
  const inTurn = createTurns()

  const set =
    (isOwn: boolean): Reactions['add'] =>
    async (conversationId, messageId, given, options) => {
      if (!isEmoji(given)) throw new ChatError('invalid_input', 'A reaction is one emoji.')
      const target = { messageId, emoji: inEmojiStyle(given) }
      const wish = { ...target, isOwn }
      const change = (next: (held: ConversationState) => ConversationState) =>
        update(context, (state) => withConversation(state, conversationId, next))
      const { call, cache } = context
      change((held) => showWish(held, wish))
      try {
        const work = async () => {
          const answer = call(isOwn ? 'reaction.add' : 'reaction.remove', target, options)
          await taking(context, answer, (state, { tally }) =>
            cache.applySideRows(state, conversationId, { tallies: [tally] }),
          )
        }
        await inTurn(`${messageId} ${target.emoji}`, work, options?.signal)
      } finally {
        change((held) => endWish(held, wish))
      }
    }

  return {
    add: set(true),
    remove: set(false),
    list: (messageId, emoji, { after, limit, signal } = {}) =>
      taking(context, read(context, 'reaction.list', { messageId, emoji, after, limit }, { signal }), takeUsers),
  }
}
