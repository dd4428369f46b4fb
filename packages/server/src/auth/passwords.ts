import { hash, verify } from '@node-rs/argon2'
import { OperationError } from '../core/operation-error.ts'

// OWASP's floor for Argon2id. Hashing runs on the thread pool; two at a time leave it room for everything else.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const atOnce = 2
/** More than wait for about two seconds are not taken. */
const mostWaiting = 64
const retryMs = 2_000

/** Verified when there is no such user, so that a wrong name takes as long as a wrong password. */
const nobody = hash('nobody has this password', cost)

export interface Passwords {
  hash(password: string): Promise<string>
  /** Compares in the same time whether the user exists or not. */
  verify(passwordHash: string | null, password: string): Promise<boolean>
  /** How many are being hashed or wait for it. */
  pending(): number
}

export function createPasswords(): Passwords {
  const waiting: (() => void)[] = []
  let running = 0
  const bounded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting.length >= mostWaiting) {
      throw new OperationError(
        'unavailable',
        'Too many sign in at once.',
        retryMs + Math.round(Math.random() * retryMs),
      )
    }
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    running++
    try {
      return await work()
    } finally {
      running--
      waiting.shift()?.()
    }
  }
  return {
    pending: () => running + waiting.length,
    hash: (password) => bounded(() => hash(password.normalize('NFC'), cost)),
    verify: (passwordHash, password) =>
      bounded(async () => {
        const same = await verify(passwordHash ?? (await nobody), password.normalize('NFC'))
        return same && passwordHash !== null
      }),
  }
}
