import type { MemberReceipt } from '@parley/protocol'
import { useCallback } from 'react'
import { useChat, useConversationState } from '../hooks/use-chat.ts'
import { type Page, usePages } from '../hooks/use-pages.ts'
import { useMe } from '../users/use-users.ts'

/**
 * Divides the other members, without the user themself, by the message at `seq`: `read`, `delivered` (received but not
 * read) and `waiting`. Leaves out those who joined after it. The three have only the pages that are loaded: none while
 * `isKnown` is false, all when `hasMore` is false; `more` loads the next page (see `usePages`). When a member receives
 * or reads the message, or one who did leaves, it loads the first page again and drops the others; for that, the state
 * must have the member (see `useLoadMembers`).
 *
 * @example
 * const { read } = useReaders(message.conversationId, message.seq)
 * <p>Read by {read.length}</p>
 */
export function useReaders(conversationId: string, seq: number) {
  const chat = useChat()
  const me = useMe()?.id
  // The marks of others move by events: another sum means that one of them has come to this place.
  const version = useConversationState(conversationId, (held) =>
    Object.values(held?.memberships ?? {})
      .filter(({ userId, joinedSeq, state }) => userId !== me && joinedSeq < seq && state === 'active')
      .reduce((sum, { readSeq, deliveredSeq }) => sum + Number(readSeq >= seq) + Number(deliveredSeq >= seq), 0),
  )
  const ask = useCallback(
    async (after: string | undefined, signal: AbortSignal): Promise<Page<MemberReceipt, string>> => {
      const { receipts, hasMore } = await chat.receipts.list(conversationId, { after, signal })
      return { items: receipts, after: hasMore ? (receipts.at(-1)?.userId ?? null) : null }
    },
    [chat, conversationId],
  )
  const { items, ...rest } = usePages(ask, version)
  const others = (items ?? []).filter(({ userId, joinedSeq }) => userId !== me && joinedSeq < seq)
  return {
    read: others.filter(({ readSeq }) => readSeq >= seq),
    delivered: others.filter(({ readSeq, deliveredSeq }) => readSeq < seq && deliveredSeq >= seq),
    waiting: others.filter(({ deliveredSeq }) => deliveredSeq < seq),
    isKnown: items !== null,
    ...rest,
  }
}
