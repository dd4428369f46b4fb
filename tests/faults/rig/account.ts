import type { Output } from '@parley/protocol'
import { call } from '../../../benchmarks/targets/rest-caller.ts'
import { callPatiently } from './patient-call.ts'

/** Tokens live for minutes. A new one is fetched, by the password, after this time. */
const tokenMs = 4 * 60_000

/** A user with a password, and the token that all their devices show. */
export class Account {
  userId = ''
  readonly username: string
  readonly port: number
  private token = { text: '', until: 0 }
  private fetching: Promise<string> | undefined

  /** `port`: where this user reaches the server. */
  constructor(port: number, username: string) {
    this.port = port
    this.username = username
  }

  /** Creates the account; tries again while the server is busy. */
  async register(): Promise<void> {
    this.take(await callPatiently(this.port, 'user.register', this.secret))
  }

  /**
   * Resolves with the token in use, or with a new one if that one was refused (`refused`) or is four minutes old. Calls
   * at the same time share one request. Rejects if the server refuses or cannot be reached.
   */
  freshToken(refused?: string): Promise<string> {
    if (refused !== this.token.text && performance.now() < this.token.until) return Promise.resolve(this.token.text)
    this.fetching ??= call(this.port, 'session.create', this.secret)
      .then((signedIn) => this.take(signedIn))
      .finally(() => {
        this.fetching = undefined
      })
    return this.fetching
  }

  private get secret() {
    return { username: this.username, password: `the password of ${this.username}` }
  }

  private take({ user, accessToken }: Output<'session.create'>): string {
    this.userId = user.id
    this.token = { text: accessToken, until: performance.now() + tokenMs }
    return accessToken
  }
}
