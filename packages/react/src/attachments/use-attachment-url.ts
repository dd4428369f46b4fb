import type { AttachmentVariant } from '@parley/client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useChat, useChatState } from '../hooks/use-chat.ts'

/** The address of the bytes of an attachment. */
export interface AttachmentUrl {
  /** Null before the answer, and when it is lost. */
  url: string | null
  /** True if the server gave no address, or if a second address could not be loaded, either. */
  isLost: boolean
  /**
   * Call it when the browser cannot load the address: asks for a second one, and sets `isLost` if that fails, too. Does
   * nothing without an address.
   */
  onError: () => void
  /** Asks again after it was lost, with one more try after `onError`; happens by itself when the connection is back. */
  retry: () => void
}

interface Answer {
  url: string | null
  isLost: boolean
  /** Counts the requests: even for a first try, odd for the second one after `onError`. */
  asked: number
}

/**
 * The address (`url`) of the bytes of an attachment, signed for some minutes; null until the answer. It is not renewed
 * when it expires, so pass `onError` to the element: it asks for another one, once. If that one cannot be loaded,
 * either, or the server gives none, `isLost` is true until `retry`, which happens by itself when the connection is
 * back. Asks for none while `isWanted` is false. For another `id` or `variant` it asks again, and returns the old
 * address until the answer: use the id as a React key.
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
      (url) => !isOver && setAnswer({ url: distinctUrl(url, asked), isLost: false, asked }),
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

/** Makes the browser load the same address again: it differs after `#`, which is not sent to the server. */
const distinctUrl = (url: string, asked: number): string =>
  asked === 0 || url.startsWith('blob:') ? url : `${url}#${asked}`
