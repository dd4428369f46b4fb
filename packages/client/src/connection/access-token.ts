import type { ChatOptions } from '../chat.ts'
import { ChatError, disconnected } from '../chat-error.ts'

/**
 * Resolves with the access token: `auth` itself if it is a string, otherwise what the function `auth` gives when asked
 * for a token, or for another one than `replacing`; undefined without `auth`. Rejects with the ChatError of `auth`;
 * after any other error, which goes to the logger, with `disconnected`, because the next try may get a token.
 */
export async function tokenFrom(
  { auth, logger }: Pick<ChatOptions, 'auth' | 'logger'>,
  replacing?: string,
): Promise<string | undefined> {
  if (typeof auth !== 'function') return auth
  try {
    return await auth(replacing === undefined ? {} : { replacing })
  } catch (error) {
    if (error instanceof ChatError) throw error
    logger?.warn('no access token could be had', error)
    throw disconnected(`No access token could be had: ${String(error)}`)
  }
}
