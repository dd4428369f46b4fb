import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { Logger } from 'pino'
import { OperationError } from '../core/operation-error.ts'

/** The largest answer that is read. */
const mostBytes = 256 * 1024

/**
 * Keys are fetched again after `freshMs`, and used for `staleMs` while the address does not answer. The address is
 * requested at most once in `pauseMs`, even if tokens name many unknown keys, and has `waitMs` to answer.
 */
export const jwksTiming = { freshMs: 10 * 60_000, staleMs: 24 * 60 * 60_000, pauseMs: 10_000, waitMs: 5_000 }

interface JwksOptions {
  log: Logger
  /** A monotonic clock in milliseconds. */
  now?: () => number
  waitMs?: number
}

/**
 * Makes a function for `jwtVerify` that finds the public key of a token among those that a host application publishes
 * at an address. It fetches keys when a token needs them, and again for an unknown key or after 10 minutes, but at most
 * once in 10 s. If a fetch fails, it logs a warning, and uses the old keys for up to a day.
 *
 * It rejects with `JWKSNoMatchingKey` if keys fetched during the call lack the key. It rejects with `unavailable`, so
 * that the client tries again instead of signing out, if it has no such key and cannot or may not fetch now. Other
 * errors of jose are passed on as they are.
 *
 * @example
 * await jwtVerify(token, createHostKeys('https://app.example/jwks.json', { log }), { algorithms: ['ES256'] })
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
      log.warn({ err }, 'the public keys of the host application could not be fetched')
    }
  }
  /** Callers that wait at the same time share one request. */
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
    if (now() - known.at >= jwksTiming.staleMs) throw cannotVerify()
    try {
      return await known.keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
    }
    // The key may be newer than the known ones.
    if (known === before) await refresh()
    if (known === before) throw cannotVerify()
    return known.keys(header, token)
  }
}

const cannotVerify = () =>
  new OperationError('unavailable', 'This token cannot be verified at the moment.', jwksTiming.pauseMs)

/** Refuses redirects: the operator named this address and no other. */
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
