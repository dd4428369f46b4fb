import { randomUUID } from 'node:crypto'
import { Injectable, Module } from '@nestjs/common'

export interface User {
  id: string
  username: string
}

/** Finds the signed-in user by the session cookie. */
@Injectable()
export class Sessions {
  readonly #users = new Map<string, User>()

  /** Signs a user in, and returns the `Set-Cookie` header of a new session. */
  begin(name: string): string {
    const sid = randomUUID()
    this.#users.set(sid, { id: name, username: name })
    return `sid=${sid}; Path=/; HttpOnly; SameSite=Lax`
  }

  /** The user whom a `Cookie` header signs in; null if it names no session. */
  userOf(cookie = ''): User | null {
    return this.#users.get(cookie.match(/\bsid=([\w-]+)/)?.[1] ?? '') ?? null
  }
}

@Module({ providers: [Sessions], exports: [Sessions] })
export class SessionsModule {}
