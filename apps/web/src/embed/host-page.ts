import type { FrameMessage, HostMessage } from './frame-messages.ts'

export type HostSettings = Extract<HostMessage, { parley: 'settings' }>

/** The page that shows this one in a frame. */
export interface HostPage {
  say(message: FrameMessage): void
  hear(listener: (message: HostMessage) => void): () => void
  /** Asks the page for a token of its user. Rejects if it has none. */
  askToken(replacing: string | undefined): Promise<string>
}

const isMessage = (data: unknown): data is HostMessage =>
  typeof data === 'object' && data !== null && 'parley' in data && typeof data.parley === 'string'

/**
 * `origin` is what the script of the page says that it is, in the address of the frame. Nobody can profit from a wrong one:
 * the browser gives messages to a window of that origin alone, and shows this page in no frame but those that the server names.
 */
export function hostPageOf(origin: string): HostPage {
  const hear: HostPage['hear'] = (listener) => {
    const take = (event: MessageEvent) => {
      if (event.source === window.parent && event.origin === origin && isMessage(event.data)) listener(event.data)
    }
    addEventListener('message', take)
    return () => removeEventListener('message', take)
  }
  const say: HostPage['say'] = (message) => window.parent.postMessage(message, origin)
  return {
    hear,
    say,
    askToken: (replacing) =>
      new Promise((resolve, reject) => {
        const stop = hear((message) => {
          if (message.parley !== 'token') return
          stop()
          if (typeof message.token === 'string') resolve(message.token)
          else reject(new Error('The page has no token for its user.'))
        })
        say({ parley: 'token', replacing })
      }),
  }
}
