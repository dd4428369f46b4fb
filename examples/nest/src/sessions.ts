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

  begin(name: string): string {
    const sid = randomUUID()
    this.#users.set(sid, { id: name, username: name })
    return `sid=${sid}; Path=/; HttpOnly; SameSite=Lax`
  }

  userOf(cookie = ''): User | null {
    return this.#users.get(cookie.match(/\bsid=([\w-]+)/)?.[1] ?? '') ?? null
  }
}

@Module({ providers: [Sessions], exports: [Sessions] })
export class SessionsModule {}
