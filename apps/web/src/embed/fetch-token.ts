/** Milliseconds after which the question is over: the chat then tries again. */
const answerMs = 30_000

/**
 * Asks the host's server, with its cookies, for an access token: `{ "token": "…" }`. Rejects for any other answer,
 * and without one after 30 seconds.
 */
export async function fetchToken(url: string): Promise<string> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), answerMs)
  try {
    const answer = await fetch(url, { credentials: 'include', cache: 'no-store', signal: abort.signal })
    if (!answer.ok) throw new Error(`The address of the token answered ${answer.status}.`)
    const { token } = await answer.json()
    if (typeof token !== 'string') throw new Error('The address of the token answered without a token.')
    return token
  } finally {
    clearTimeout(timer)
  }
}
