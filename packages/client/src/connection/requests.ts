import type { ChatOptions } from '../chat.ts'
import { ChatError, chatErrorIn, unreachable } from '../chat-error.ts'
import { tokenFrom } from './access-token.ts'
import { endpointsOf } from './endpoints.ts'

/** HTTP requests as the same user as the connection, for example for uploads. */
export interface Requests {
  /** The address of the API, without a slash at its end. */
  api: string
  /**
   * Sends a request to `path`, which is below `api` and begins with a slash. Rejects for every answer except a success,
   * with the server's error or `disconnected`; after an abort with the reason of the signal; and as `tokenFrom` does.
   * If `auth` is a function and the server answers 401, sends the request once more with a new token, so its body must
   * not be a stream. `init.headers` must be a plain object.
   */
  send(path: string, init: RequestInit): Promise<Response>
}

/**
 * Makes what sends HTTP requests with the token that `auth` gives, asked anew for each; without a token they send the
 * cookies. `send` rejects unless the server answers with a success; a 401 it tries once more, with another token, if
 * `auth` is a function. There is no time limit. Sends nothing itself. Throws a TypeError for an invalid `url`.
 */
export function createRequests(options: Pick<ChatOptions, 'url' | 'auth' | 'logger'>): Requests {
  const { api } = endpointsOf(options.url)

  const once = (path: string, init: RequestInit, token: string | undefined) => {
    // Without a token, the cookie signs in.
    const credentials = token === undefined ? 'include' : 'same-origin'
    return answerTo(`${api}${path}`, { ...init, credentials, headers: { ...init.headers, ...bearer(token) } })
  }

  return {
    api,
    async send(path, init) {
      const token = await tokenFrom(options)
      let response = await once(path, init, token)
      if (response.status === 401 && typeof options.auth === 'function') {
        response = await once(path, init, await tokenFrom(options, token))
      }
      if (response.ok) return response
      throw await refusalOf(response)
    },
  }
}

/** The header that signs a request in; none without a token. */
export const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` }

/**
 * Sends a request once, and resolves with the answer, also with a refusal. Rejects with `disconnected` without an
 * answer, and after an abort with the reason of the signal.
 */
export async function answerTo(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch (error) {
    init.signal?.throwIfAborted()
    throw unreachable(error)
  }
}

async function refusalOf(response: Response): Promise<ChatError> {
  const reply = await response.json().catch(() => null)
  // An answer to `HEAD` has no body.
  const codes: Record<number, 'not_found' | 'unauthenticated' | 'rate_limited'> = {
    401: 'unauthenticated',
    404: 'not_found',
    429: 'rate_limited',
  }
  const code = codes[response.status] ?? 'disconnected'
  return chatErrorIn(reply?.error) ?? new ChatError(code, `The server answered with ${response.status}.`)
}
