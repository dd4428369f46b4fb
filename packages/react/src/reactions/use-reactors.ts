import type { User } from '@parley/protocol'
import { useCallback } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { type Page, usePages } from '../hooks/use-pages.ts'

/**
 * The users who reacted to a message with one emoji, the first one first, in pages (see `usePages`): `users` is null
 * before the first page, `more` appends the next one. Loads when mounted; for a new `count` it loads the first page
 * again and drops the others.
 */
export function useReactors(messageId: string, emoji: string, count: number) {
  const chat = useChat()
  const ask = useCallback(
    async (after: number | undefined, signal: AbortSignal): Promise<Page<User, number>> => {
      const page = await chat.reactions.list(messageId, emoji, { after, signal })
      const known = new Map(page.users.map((user) => [user.id, user]))
      const last = page.reactions.at(-1)
      return {
        items: page.reactions.flatMap(({ userId }) => known.get(userId) ?? []),
        after: page.hasMore && last ? last.rev : null,
      }
    },
    [chat, messageId, emoji],
  )
  const { items: users, ...rest } = usePages(ask, count)
  return { users, ...rest }
}
