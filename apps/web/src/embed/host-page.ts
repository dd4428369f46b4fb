import type { FrameMessage, HostMessage } from './frame-messages.ts'

export type HostSettings = Extract<HostMessage, { parley: 'settings' }>

/** The page of a host that contains this one in a frame. */
export interface HostPage {
  send(message: FrameMessage): void
  /** Calls the listener for each message of the page, until the returned function is called. */
  onMessage(listener: (message: HostMessage) => void): () => void
  /** Asks the page for a token of its user, instead of `replacing`. Rejects if it has none, or without an answer. */
  askToken(replacing: string | undefined): Promise<string>
}

/** Milliseconds after which a question for a token is over: the chat then tries again. */
const answerMs = 30_000

const isMessage = (data: unknown): data is HostMessage =>
  typeof data === 'object' && data !== null && 'parley' in data && typeof data.parley === 'string'

/**
 * The messages to and from the page that contains this one in a frame; those of other windows and origins are ignored.
 * `askToken` rejects if the page has no token, and after 30 seconds without an answer. `origin` is the page's origin,
 * which its script states in the address of the frame. A wrong one gives an attacker nothing: the browser delivers
 * messages only to a window of that origin, and shows this page only in frames of origins that the server allows.
 */
export function hostPageOf(origin: string): HostPage {
  const onMessage: HostPage['onMessage'] = (listener) => {
    const receive = (event: MessageEvent) => {
      if (event.source === window.parent && event.origin === origin && isMessage(event.data)) listener(event.data)
    }
    addEventListener('message', receive)
    return () => removeEventListener('message', receive)
  }
  const send: HostPage['send'] = (message) => window.parent.postMessage(message, origin)
  return {
    onMessage,
    send,
    askToken: (replacing) =>
      new Promise((resolve, reject) => {
        const stop = onMessage((message) => {
          if (message.parley !== 'token') return
          end()
          if (typeof message.token === 'string') resolve(message.token)
          else reject(new Error('The page has no token for its user.'))
        })
        const timer = setTimeout(() => {
          end()
          reject(new Error('The page did not answer the question for a token.'))
        }, answerMs)
        const end = () => {
          stop()
          clearTimeout(timer)
        }
        send({ parley: 'token', replacing })
      }),
  }
}
