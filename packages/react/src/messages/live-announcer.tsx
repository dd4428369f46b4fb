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
 * Announces new messages of others to screen readers while it is mounted, collected for a second; it shows nothing
 * visible. Does not announce pages of history, edits or own messages, and of several messages that arrive in one change
 * of the state only the last one, none if that is an own one.
 */
export function LiveAnnouncer({ conversationId }: LiveAnnouncerProps) {
  const chat = useChat()
  const texts = useTexts()
  const [text, setText] = useState('')
  const gathered = useRef<string[]>([])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const announce = () => {
      timer = undefined
      setText(gathered.current.splice(0).join('. '))
    }
    const unsubscribe = chat.store.subscribeTo('conversations', conversationId, (state, previous) => {
      const [conversationState, before] = [state.conversations[conversationId], previous.conversations[conversationId]]
      const last = conversationState?.lastMessage
      // Only new messages at the end: a page of history does not change the end.
      if (!last || !before || last.seq <= before.lastSeq || last.senderId === state.me?.id) return
      const sender = state.users[last.senderId]?.displayName
      const summary = messageSummary(last, texts, conversationState)
      gathered.current.push(sender ? texts.messages.announcement(sender, summary) : summary)
      timer ??= setTimeout(announce, pause)
    })
    return () => {
      unsubscribe()
      clearTimeout(timer)
    }
  }, [chat, conversationId, texts])
  return (
    <div className="parley-visually-hidden" aria-live="polite" aria-atomic="true">
      {text}
    </div>
  )
}
