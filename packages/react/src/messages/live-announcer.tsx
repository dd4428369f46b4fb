import { useEffect, useRef, useState } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { messageSummary } from './message-summary.ts'

/** Milliseconds in which messages are gathered, so that a lively room does not drown everything else. */
const pause = 1_000

interface LiveAnnouncerProps {
  conversationId: string
}

/**
 * Reads out what others say while one is here. The history itself is a plain list: pages of it, and one's own
 * messages, are not read out.
 */
export function LiveAnnouncer({ conversationId }: LiveAnnouncerProps) {
  const chat = useChat()
  const texts = useTexts()
  const [text, setText] = useState('')
  const gathered = useRef<string[]>([])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const tell = () => {
      timer = undefined
      setText(gathered.current.splice(0).join('. '))
    }
    const unsubscribe = chat.store.subscribeTo('conversations', conversationId, (state, previous) => {
      const [held, before] = [state.conversations[conversationId], previous.conversations[conversationId]]
      const last = held?.lastMessage
      // Only what is new at the end while both states knew the conversation; a page of history changes no end.
      if (!last || !before || last.seq <= before.lastSeq || last.senderId === state.me?.id) return
      const sender = state.users[last.senderId]?.displayName
      const summary = messageSummary(last, texts, held)
      gathered.current.push(sender ? texts.messages.announcement(sender, summary) : summary)
      timer ??= setTimeout(tell, pause)
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
