/*
 * The messages between the page of a host and the frame in it, by `postMessage`. Each side knows the window and the
 * origin of the other, and ignores all other messages.
 */

/** From the frame to the script of the host's page. */
export type FrameMessage =
  | { parley: 'ready' }
  | { parley: 'token' /** The token that the server refused or that expires soon. */; replacing: string | undefined }
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
