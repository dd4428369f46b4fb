import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { Logger } from 'pino'
import { OperationError } from '../core/operation-error.ts'

/** Of one answer with keys. */
const mostBytes = 256 * 1024

/**
 * Keys are asked for again after `freshMs`, and used for `staleMs` while the address does not answer. However many keys callers name,
 * the address is asked once in `pauseMs`, and has `waitMs` to answer.
 */
export const jwksTiming = { freshMs: 10 * 60_000, staleMs: 24 * 60 * 60_000, pauseMs: 10_000, waitMs: 5_000 }

interface JwksOptions {
  log: Logger
  /** Milliseconds that only grow. */
  now?: () => number
  waitMs?: number
}

/**
 * The public keys that a host application publishes at an address, fetched when a token needs them. While nobody can say
 * whether a key exists, its token is answered with `unavailable`, so that a client comes back instead of signing out.
 *
 * @example
 * await jwtVerify(token, createHostKeys('https://app.example/.well-known/jwks.json', { log }), { algorithms: ['ES256'] })
 */
export function createHostKeys(address: string, options: JwksOptions): JWTVerifyGetKey {
  const { log, now = () => performance.now(), waitMs = jwksTiming.waitMs } = options
  let known = { keys: createLocalJWKSet({ keys: [] }), at: Number.NEGATIVE_INFINITY }
  let triedAt = Number.NEGATIVE_INFINITY
  let loading: Promise<void> | undefined

  const load = async () => {
    triedAt = now()
    try {
      known = { keys: createLocalJWKSet(await fetchKeys(address, waitMs)), at: now() }
    } catch (err) {
      log.warn({ err }, 'the public keys of the host application cannot be had')
    }
  }
  /** All who wait share one request. */
  const refresh = (): Promise<void> => {
    if (!loading && now() - triedAt < jwksTiming.pauseMs) return Promise.resolve()
    loading ??= load().finally(() => {
      loading = undefined
    })
    return loading
  }

  return async (header, token) => {
    const before = known
    if (now() - known.at >= jwksTiming.freshMs) await refresh()
    if (now() - known.at >= jwksTiming.staleMs) throw cannotSay()
    try {
      return await known.keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
    }
    // The key may be newer than what is known.
    if (known === before) await refresh()
    if (known === before) throw cannotSay()
    return known.keys(header, token)
  }
}

const cannotSay = () =>
  new OperationError('unavailable', 'Nobody can say right now whether this token is good.', jwksTiming.pauseMs)

/** A redirect is refused: the operator named this address and no other. */
async function fetchKeys(address: string, waitMs: number) {
  const response = await fetch(address, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(waitMs),
  })
  if (response.status !== 200) throw new Error(`${address} answered with status ${response.status}.`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new Error(`${address} answered with more than ${mostBytes} bytes.`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
