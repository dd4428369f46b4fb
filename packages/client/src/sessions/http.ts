import type { HttpForm, Input, Output } from '@parley/protocol'
import type { CallOptions } from '../chat.ts'
import { chatErrorIn, disconnected } from '../chat-error.ts'
import { endpointsOf } from '../connection/endpoints.ts'
import { answerTo, bearer } from '../connection/requests.ts'

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
  return dataFrom(`${endpointsOf(url).api}${path}`, {
    method,
    signal,
    keepalive,
    headers: { 'content-type': 'application/json', ...bearer(accessToken) },
    ...(method === 'POST' ? { body: JSON.stringify(input) } : {}),
  })
}

/**
 * Sends a request, and resolves with the data of Parley’s reply. Rejects with the error of the reply, with
 * `disconnected` if there is none or it is not Parley’s, or with an abort’s reason.
 */
export async function dataFrom<T>(address: string, init: RequestInit): Promise<T> {
  const response = await answerTo(address, init)
  const reply: { ok?: boolean; data?: T; error?: unknown } | null = await response.json().catch(() => null)
  init.signal?.throwIfAborted()
  if (reply?.ok && reply.data) return reply.data
  throw chatErrorIn(reply?.error) ?? disconnected('What answered is not a Parley server.')
}
