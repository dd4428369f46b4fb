import type { Output } from '@parley/protocol'
import { call } from '../../../benchmarks/targets/rest-caller.ts'
import { callPatiently } from './patient-call.ts'

/** A token is good for minutes; a new one is fetched by password before it ends. */
const tokenMs = 4 * 60_000

/** Somebody with a password, and the token that all their devices show. */
export class Account {
  userId = ''
  readonly username: string
  readonly port: number
  private token = { text: '', until: 0 }
  private fetching: Promise<string> | undefined

  /** The port over which this person reaches the server. */
  constructor(port: number, username: string) {
    this.port = port
    this.username = username
  }

  async register(): Promise<void> {
    this.take(await callPatiently(this.port, 'user.register', this.secret))
  }

  /** The token in use, or another one if that has been refused or grows old. */
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
