/**
 * Asks the host's server, with its cookies, for an access token: `{ "token": "…" }`. Rejects for any other answer,
 * and without one.
 */
export async function fetchToken(url: string): Promise<string> {
  const answer = await fetch(url, { credentials: 'include', cache: 'no-store' })
  if (!answer.ok) throw new Error(`The address of the token answered ${answer.status}.`)
  const { token } = await answer.json()
  if (typeof token !== 'string') throw new Error('The address of the token answered without a token.')
  return token
}
