import { ChatError } from '@parley/client'

const texts: Partial<Record<ChatError['code'], string>> = {
  bad_credentials: 'The user name and the password do not match.',
  username_taken: 'Somebody already has this user name.',
  registration_closed: 'This server takes no new accounts.',
  forbidden: 'Your role does not allow this.',
  not_found: 'It is not there any more, or not open to you.',
  last_owner: 'A room keeps at least one owner: make somebody else owner first.',
  disconnected: 'The server cannot be reached. Check the connection and try again.',
  timed_out: 'The server did not answer in time. Try again.',
  unavailable: 'The server cannot do this right now. Try again in a moment.',
  unauthenticated: 'You are signed out. Sign in again.',
  cancelled: 'It was withdrawn.',
}

const seconds = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'second', unitDisplay: 'long' })

/** What went wrong, for a person to read; null if nothing did. */
export function errorText(error: unknown): string | null {
  if (error === null || error === undefined) return null
  if (!(error instanceof ChatError)) return error instanceof Error ? error.message : 'Something went wrong.'
  if (error.code === 'rate_limited') {
    const wait = Math.ceil((error.retryAfterMs ?? 0) / 1_000)
    return wait > 0 ? `Too fast. Try again in ${seconds.format(wait)}.` : 'Too fast. Try again in a moment.'
  }
  return texts[error.code] ?? error.message
}
