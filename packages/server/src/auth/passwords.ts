import { setTimeout as wait } from 'node:timers/promises'
import { hash, verify } from '@node-rs/argon2'
import { tooMany } from './turns.ts'

/**
 * The cost of one guess, here and for a thief of the database. Changes apply to new hashes: a stored one keeps its
 * cost.
 */
export interface PasswordCost {
  memoryKiB: number
  passes: number
}

/** The minimum that OWASP recommends for Argon2id. */
export const defaultPasswordCost: PasswordCost = { memoryKiB: 19_456, passes: 2 }

// Hashing runs on the thread pool; two at a time leave it room for everything else.
const atOnce = 2
/**
 * About two seconds of work may wait. Strangers cannot take the last places, which are for known accounts and devices.
 */
const mostWaiting = { strangers: 48, all: 64 }

/**
 * Hashes and verifies a few passwords at once; others wait, and those of known users (`isKnown`) go before strangers.
 * Both methods throw `unavailable` if too many wait.
 */
export interface Passwords {
  /** Resolves with the hash of a password, to store in its place. */
  hash(password: string, isKnown?: boolean): Promise<string>
  /** Takes as long for a user that does not exist (null) as for a wrong password. */
  verify(passwordHash: string | null, password: string, isKnown?: boolean): Promise<boolean>
  /** Waits until as much time has passed since `since` (by `performance.now()`) as the latest `verify` took. */
  passTime(since: number): Promise<void>
  /** The number of passwords that are being hashed or wait for it. */
  pending(): number
}

/**
 * Makes functions that hash and verify passwords by Argon2id, two at a time in a queue of their own, known users first.
 * Both reject with `unavailable` if 64 wait already or, for strangers (without `isKnown`), 48. `verify` resolves with
 * false for a wrong password and, after as long, for the hash null; it uses the cost that the hash was made with. Both
 * take two spellings of the same Unicode text (NFC) for one. At once this hashes the password that stands for users who
 * do not exist.
 */
export function createPasswords({ memoryKiB, passes } = defaultPasswordCost): Passwords {
  const cost = { memoryCost: memoryKiB, timeCost: passes, parallelism: 1 }
  /** Verified when there is no such user, so that a wrong name takes as long as a wrong password. */
  const nobody = hash('nobody has this password', cost)
  const known: (() => void)[] = []
  const strangers: (() => void)[] = []
  let running = 0
  let latestMs = 0
  const waiting = () => known.length + strangers.length
  const bounded = async <T>(work: () => Promise<T>, isKnown = false): Promise<T> => {
    if (waiting() >= (isKnown ? mostWaiting.all : mostWaiting.strangers)) throw tooMany()
    if (running < atOnce) running++
    else await new Promise<void>((resolve) => (isKnown ? known : strangers).push(resolve))
    try {
      return await work()
    } finally {
      // The next one takes this place, so `running` stays the same.
      const next = known.shift() ?? strangers.shift()
      if (next) next()
      else running--
    }
  }
  return {
    pending: () => running + waiting(),
    hash: (password, isKnown) => bounded(() => hash(password.normalize('NFC'), cost), isKnown),
    verify: async (passwordHash, password, isKnown) => {
      const began = performance.now()
      const same = await bounded(async () => verify(passwordHash ?? (await nobody), password.normalize('NFC')), isKnown)
      latestMs = performance.now() - began
      return same && passwordHash !== null
    },
    passTime: async (since) => {
      const rest = since + latestMs - performance.now()
      if (rest > 0) await wait(rest)
    },
  }
}
