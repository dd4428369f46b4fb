import type { Reply, SignedIn } from '@parley/protocol'
import { newName } from './people.ts'

const passwordOf = (username: string) => `password of ${username}`

/**
 * Sends REST requests of users who have not signed in, each from a chosen address: the server must trust `loopback` as
 * proxy.
 *
 * @example
 * const { register, guess } = strangersOf(() => server.url)
 * const ana = await register('203.0.113.1')
 * tally(await guess(20, () => [ana.user.username, '198.51.100.7'])) // { bad_credentials: 20 }
 */
export function strangersOf(url: () => string) {
  const post = async (path: string, body: object, address: string): Promise<Reply<SignedIn>> => {
    const response = await fetch(`${url()}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify(body),
    })
    return (await response.json()) as Reply<SignedIn>
  }
  return {
    /** Registers a new user, and resolves with the session; rejects if the server refuses. */
    register: async (address: string): Promise<SignedIn> => {
      const username = newName()
      const reply = await post('/users', { username, password: passwordOf(username) }, address)
      if (!reply.ok) throw new Error(reply.error.code)
      return reply.data
    },
    /** Registers a user of this name, and resolves with the answer, also with a refusal, like the functions below. */
    tryToRegister: (username: string, address: string) =>
      post('/users', { username, password: passwordOf(username) }, address),
    signIn: (username: string, address: string, deviceToken?: string) =>
      post('/sessions', { username, password: passwordOf(username), deviceToken }, address),
    refresh: (refreshToken: string, address: string) => post('/sessions/refresh', { refreshToken }, address),
    /** Sends `count` wrong passwords at once; `nth` gives the user name, address and device token of each. */
    guess: (count: number, nth: (i: number) => [username: string, address: string, deviceToken?: string]) =>
      Promise.all(
        Array.from({ length: count }, (_, i) => {
          const [username, address, deviceToken] = nth(i)
          return post('/sessions', { username, password: 'a wrong guess', deviceToken }, address)
        }),
      ),
  }
}

/** How often each code of an answer came; `ok` for successes. */
export function tally(replies: readonly Reply<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const reply of replies) {
    const code = reply.ok ? 'ok' : reply.error.code
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}
