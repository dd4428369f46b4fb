/*
 * What the page of a host and the frame in it say to each other, by `postMessage`. Both take messages from nobody else: each
 * knows the window and the origin of the other.
 */

/** From the frame to the script of the host's page. */
export type FrameMessage =
  | { parley: 'ready' }
  | { parley: 'token' /** A token that is refused or about to end. */; replacing: string | undefined }
  | { parley: 'unread'; count: number }
  | { parley: 'close' }

/** From the script of the host's page to the frame. */
export type HostMessage =
  | {
      parley: 'settings'
      hasTokens: boolean
      title: string
      conversation: string | undefined
      theme: string | undefined
    }
  | { parley: 'theme'; theme: string | undefined }
  | { parley: 'token'; token: string | null }
  | { parley: 'shown'; isShown: boolean }
