import { useEffect, useRef, useState } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { messageSummary } from './message-summary.ts'

/** Milliseconds in which messages are collected, so that a busy room does not drown out other announcements. */
const pause = 1_000

interface LiveAnnouncerProps {
  conversationId: string
}

/**
 * Announces new messages of others to screen readers while it is mounted, collected for a second, also the same words
 * again; it shows nothing visible. Does not announce pages of history, edits or own messages, and of several messages
 * that arrive in one change of the state only the last one, none if that is an own one.
 */
export function LiveAnnouncer({ conversationId }: LiveAnnouncerProps) {
  const chat = useChat()
  const texts = useTexts()
  const latestTexts = useRef(texts)
  latestTexts.current = texts
  const [announced, setAnnounced] = useState({ text: '', count: 0 })
  useEffect(() => {
    const gathered: string[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const announce = () => {
      timer = undefined
      const text = gathered.splice(0).join('. ')
      setAnnounced(({ count }) => ({ text, count: count + 1 }))
    }
    const unsubscribe = chat.store.subscribeTo('conversations', conversationId, (state, previous) => {
      const [conversationState, before] = [state.conversations[conversationId], previous.conversations[conversationId]]
      const last = conversationState?.lastMessage
      // Only new messages at the end: a page of history does not change the end.
      if (!last || !before || last.seq <= before.lastSeq || last.senderId === state.me?.id) return
      const sender = state.users[last.senderId]?.displayName
      const words = latestTexts.current
      const summary = messageSummary(last, words, conversationState)
      gathered.push(sender ? words.messages.announcement(sender, summary) : summary)
      timer ??= setTimeout(announce, pause)
    })
    return () => {
      unsubscribe()
      clearTimeout(timer)
    }
  }, [chat, conversationId])
  return (
    <div className="parley-visually-hidden" aria-live="polite" aria-atomic="true">
      {/* A new element, because a text that stays the same is not announced. */}
      <span key={announced.count}>{announced.text}</span>
    </div>
  )
}
