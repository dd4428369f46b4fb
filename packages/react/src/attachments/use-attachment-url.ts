import type { AttachmentVariant } from '@parley/client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useChat, useChatState } from '../hooks/use-chat.ts'

/** `lost`: it could not be loaded, with a second address neither. */
export interface AttachmentUrl {
  url: string | null
  isLost: boolean
  /** What was loaded by this address did not come: once, another address is asked for. */
  onError: () => void
  /** Asks again after it was lost. */
  retry: () => void
}

interface Answer {
  url: string | null
  isLost: boolean
  /** How often an address was asked for since the last success of a person. */
  asked: number
}

/**
 * An address of the bytes of an attachment, signed for some minutes. `isWanted` false asks for none yet.
 *
 * @example
 * const photo = useAttachmentUrl(id, 'thumbnail')
 * photo.url && <img src={photo.url} onError={photo.onError} … />
 */
export function useAttachmentUrl(id: string, variant: AttachmentVariant, isWanted = true): AttachmentUrl {
  const chat = useChat()
  const [answer, setAnswer] = useState<Answer>({ url: null, isLost: false, asked: 0 })
  const { asked } = answer
  const latest = useRef(answer)
  latest.current = answer
  useEffect(() => {
    if (!isWanted) return
    let isOver = false
    chat.attachments.url(id, variant).then(
      (url) => !isOver && setAnswer({ url: again(url, asked), isLost: false, asked }),
      () => !isOver && setAnswer({ url: null, isLost: true, asked }),
    )
    return () => {
      isOver = true
    }
  }, [chat, id, variant, isWanted, asked])
  const onError = useCallback(() => {
    const { asked, url } = latest.current
    if (url === null) return
    setAnswer(asked % 2 === 0 ? { url: null, isLost: false, asked: asked + 1 } : { url: null, isLost: true, asked })
  }, [])
  const retry = useCallback(
    () => setAnswer(({ asked }) => ({ url: null, isLost: false, asked: asked + 2 - (asked % 2) })),
    [],
  )
  const isOnline = useChatState((state) => state.status === 'online')
  useEffect(() => {
    if (isOnline && latest.current.isLost) retry()
  }, [isOnline, retry])
  return { url: answer.url, isLost: answer.isLost, onError, retry }
}

/** The same address a second time must be loaded anew; a part behind `#` never leaves the browser. */
const again = (url: string, asked: number): string => (asked === 0 || url.startsWith('blob:') ? url : `${url}#${asked}`)
