import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { assertReachable, type MayReach } from './reachable-addresses.ts'

export interface EndpointAnswer {
  status: number
  /** The header `Retry-After`, as it was sent. */
  retryAfter: string | undefined
}

/**
 * Posts a text as JSON and resolves with the answer, which may have any status. Rejects if there is none in time, or at
 * the signal.
 */
export type PostJson = (
  url: URL,
  body: string,
  headers: Record<string, string>,
  signal: AbortSignal,
) => Promise<EndpointAnswer>

interface PostOptions {
  mayReach: MayReach
  lookup: LookupFunction
  /** Milliseconds for the whole request and its answer. */
  timeoutMs: number
}

/** The most bytes of an answer that are read, and ignored, so that the connection can be used again. */
const mostBytes = 16 * 1024

/**
 * Makes a function that posts a text as JSON, and resolves with status and `Retry-After` of the answer, also of 3xx (it
 * follows none), 4xx and 5xx. It rejects with UnreachableAddress for an address that `mayReach` excludes (names are
 * checked by `lookup` alone), and with an Error if the connection fails, the signal aborts, or no answer begins within
 * `timeoutMs` of the call. If a kept connection is reset when it is used again, it sends the request again. `close`
 * ends all connections, also those in use.
 */
export function createPostJson({ mayReach, lookup, timeoutMs }: PostOptions): PostJson & { close(): void } {
  const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) }

  const post: PostJson = async (url, body, headers, closing) => {
    assertReachable(url.hostname, mayReach)
    const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), closing])
    const options: RequestOptions = {
      method: 'POST',
      agent: agents[url.protocol as keyof typeof agents],
      lookup,
      signal: limit,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    }
    const response = await answered(url, options, body)
    await drained(response)
    return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }
  }
  return Object.assign(post, {
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  })
}

const answered = (url: URL, options: RequestOptions, body: string): Promise<IncomingMessage> =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(url, options, resolve)
    request
      .on('error', (error: NodeJS.ErrnoException) => {
        // The endpoint closed a kept connection in the moment when it was used again.
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve(answered(url, options, body))
        else reject(error.name === 'AbortError' ? new Error('no answer in time') : error)
      })
      .on('close', () => reject(new Error('the connection was closed without an answer')))
      .end(body)
  })

/** Reads the rest of an answer; errors are ignored, because the status is known already. */
const drained = (response: IncomingMessage) =>
  new Promise<void>((resolve) => {
    let left = mostBytes
    response
      .on('data', (chunk: Buffer) => {
        left -= chunk.length
        if (left < 0) response.destroy()
      })
      .on('error', () => {})
      .on('close', resolve)
  })
