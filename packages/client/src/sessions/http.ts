import type { HttpForm, Input, Output, Reply } from '@parley/protocol'
import type { CallOptions } from '../chat.ts'
import { chatErrorFrom, disconnected, unreachable } from '../chat-error.ts'
import { endpointsOf } from '../connection/endpoints.ts'

/** The operations that run over HTTP: those without a session, and the sign-out, which must outlive the page. */
export const httpForms = {
  'user.register': { method: 'POST', path: '/users' },
  'session.create': { method: 'POST', path: '/sessions' },
  'session.refresh': { method: 'POST', path: '/sessions/refresh' },
  'session.end': { method: 'DELETE', path: '/sessions/current' },
} as const satisfies Record<string, Pick<HttpForm, 'method' | 'path'>>

type HttpName = keyof typeof httpForms

export interface HttpOptions extends CallOptions {
  accessToken?: string
  /** The request outlives the page that made it. */
  keepalive?: boolean
}

/**
 * Runs an operation over HTTP, once and without a time limit. Rejects with a ChatError: the server's error, or
 * `disconnected` without an answer of a Parley server (it may have run); after an abort with the reason of the signal;
 * with a TypeError for an invalid `url`. Needs `accessToken` only for `session.end`, which sends no input.
 */
export async function requestHttp<N extends HttpName>(
  url: string,
  name: N,
  input: Input<N>,
  { signal, accessToken, keepalive }: HttpOptions = {},
): Promise<Output<N>> {
  const { method, path } = httpForms[name]
  const reply = await replyOf<Output<N>>(`${endpointsOf(url).api}${path}`, {
    method,
    signal,
    keepalive,
    headers: {
      'content-type': 'application/json',
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    },
    ...(method === 'POST' ? { body: JSON.stringify(input) } : {}),
  })
  if (!reply.ok) throw chatErrorFrom(reply.error)
  return reply.data
}

/** Resolves with the reply, also a refusal. Rejects with `disconnected` if it is not Parley’s, or an abort’s reason. */
export async function replyOf<T>(address: string, request: RequestInit): Promise<Reply<T>> {
  try {
    const response = await fetch(address, request)
    const reply: unknown = await response.json()
    if (isReply<T>(reply)) return reply
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason
    throw unreachable(error)
  }
  throw disconnected('What answered is not a Parley server.')
}

const isReply = <T>(reply: unknown): reply is Reply<T> =>
  typeof reply === 'object' &&
  reply !== null &&
  'ok' in reply &&
  (reply.ok === true ? 'data' in reply : 'error' in reply)
