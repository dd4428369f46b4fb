import type { ConversationState } from '@parley/client'
import { useCallback, useMemo, useState } from 'react'
import { nearEnd, type ScrollView } from '../../hooks/scroll-view.ts'
import { useChatSurface } from '../../hooks/use-chat.ts'
import { messageRows, shownMessages } from './message-rows.ts'
import { sliceAround, type WindowPivot } from './row-window.ts'
import { useEndFollowing } from './use-end-following.ts'
import { useHistory } from './use-history.ts'
import type { Opening } from './use-opening.ts'

/** Loads and renders more rows when the view is this many screens from the first or last one. */
const screensAhead = 1.5

/**
 * The rows to render around the scroll position, at first around `opening.target`. Pass `onView` to an
 * `AnchoredScroller`: it changes the rows, loads pages of `history` as the person scrolls, and remembers the position.
 * `isNearEnd` and `isFarFromEnd` (by more than one screen) change only with `onView`. `showEnd` loads the latest
 * messages and then, also if that fails, increases `endRequests`, the scroller's `followedKey`; `endProblem` says why
 * it failed, until the next `showEnd` or `dismissEndProblem`. When the person sends a message, it calls `onOwnMessage`
 * and increases `endRequests`. Use the conversation's id as React key.
 */
export function useTimeline(conversationState: ConversationState, opening: Opening, onOwnMessage: () => void) {
  const { scrollMemory } = useChatSurface()
  const { id } = conversationState.conversation
  const history = useHistory(id)
  const [pivot, setPivot] = useState<WindowPivot>(() => (opening.target === 'end' ? null : opening.target.key))
  const [isNearEnd, setIsNearEnd] = useState(opening.target === 'end')
  const [isFarFromEnd, setIsFarFromEnd] = useState(false)
  const renderEnd = useCallback(() => setPivot(null), [])
  const end = useEndFollowing(conversationState, { renderEnd, onOwnMessage })

  const messages = useMemo(() => shownMessages(conversationState), [conversationState])
  const keys = useMemo(() => messages.map((message) => message.id), [messages])
  const slice = useMemo(() => sliceAround(keys, pivot), [keys, pivot])
  const rows = useMemo(() => messageRows(messages, slice, opening.firstUnreadId), [messages, slice, opening])
  const reachesEnd = slice.end === keys.length && !conversationState.hasAfter

  const onView = (view: ScrollView) => {
    const ahead = view.height * screensAhead
    const key = view.anchor?.key ?? null
    if (view.distanceToStart < ahead) {
      if (slice.start > 0) setPivot(key)
      else if (conversationState.hasBefore) void history.older.load()
    }
    if (view.distanceToEnd < ahead) {
      if (slice.end < keys.length) setPivot(key)
      else if (conversationState.hasAfter) void history.newer.load()
      else if (view.distanceToEnd <= nearEnd) setPivot(null)
    }
    const isNear = reachesEnd && view.distanceToEnd <= nearEnd
    setIsNearEnd(isNear)
    setIsFarFromEnd(!reachesEnd || view.distanceToEnd > view.height)
    scrollMemory.remember(id, isNear ? null : view.anchor)
  }

  return { rows, reachesEnd, lastKey: keys.at(-1), ...end, isNearEnd, isFarFromEnd, history, onView }
}
