import { attemptBudgets } from '../core/limits/budgets.ts'
import { type CountTogether, createStrictMeter, type StrictMeter } from '../core/limits/strict-meter.ts'
import { OperationError } from '../core/operation-error.ts'
import type { Passwords } from './passwords.ts'
import { createTurns } from './turns.ts'

/** A password that is shown, and what is known about who shows it. */
export interface PasswordAttempt<T> {
  username: string
  address: string
  /** The device, where it was this account's before. */
  deviceId: string | undefined
  /** Was this account signed in at this address before? */
  isFamiliar(): Promise<boolean>
  /** Resolves with undefined for a wrong password. */
  verify(isKnown: boolean): Promise<T | undefined>
}

export interface PasswordAttempts {
  /** What `verify` resolves with. Throws `bad_credentials`, or `rate_limited` without a look at the password. */
  run<T>(attempt: PasswordAttempt<T>): Promise<T>
}

/** What one guess draws on: each of these, or nothing. */
type Draw = readonly [StrictMeter, key: string]
type Purse = readonly [Draw, ...Draw[]]

const unlimited: StrictMeter = { take: async () => {}, giveBack: async () => {} }

/** So many of one address or device are verified at once: a crowd that signs in waits instead of looking like guesses. */
const atOnce = 4
const mostWaiting = 64

function createMeters(count: CountTogether | undefined) {
  const meterOf = (name: keyof typeof attemptBudgets) =>
    count ? createStrictMeter(`guess:${name}`, attemptBudgets[name], count) : unlimited
  return {
    address: meterOf('address'),
    account: meterOf('account'),
    device: meterOf('device'),
    familiar: meterOf('familiar'),
    signIns: meterOf('signIns'),
  }
}

/**
 * Bounds how often somebody may be wrong. A wrong password is counted for the address and for the account. A device that
 * was this account's before has a budget of its own instead, so that it is let in however much others guess, and an
 * account that was signed in at this address before has a reserve for the time when both budgets are spent.
 *
 * A right password spends no guess; a wrong one spends no sign-in. What is over budget is refused before it is hashed, so
 * guesses do not fill the queue. Without `count` nothing is bounded.
 */
export function createPasswordAttempts(passwords: Passwords, count?: CountTogether): PasswordAttempts {
  const { signIns, ...guesses } = createMeters(count)
  const inTurn = createTurns(atOnce, mostWaiting)

  /** The first key is the one whose turns it takes. */
  const guess = <T>(purse: Purse, signInKey: string, verify: () => Promise<T | undefined>): Promise<T> => {
    const [[, turn]] = purse
    const right: Purse = [[signIns, signInKey]]
    return inTurn(turn, async () => {
      await takeAll([...purse, ...right])
      const verified = await verify().catch(async (error) => {
        await giveBackAll([...purse, ...right])
        throw error
      })
      await giveBackAll(verified === undefined ? right : purse)
      if (verified === undefined) throw new OperationError('bad_credentials')
      return verified
    })
  }

  const guessFamiliar = async <T>(attempt: PasswordAttempt<T>, pair: string): Promise<T | undefined> => {
    if (!(await attempt.isFamiliar())) return undefined
    return guess([[guesses.familiar, pair]], pair, () => attempt.verify(true)).catch((error) => {
      if (error instanceof OperationError) return undefined
      throw error
    })
  }

  return {
    run: async (attempt) => {
      const { address, deviceId } = attempt
      const account = attempt.username.toLowerCase()
      if (deviceId !== undefined) {
        // Together for all devices of the account, which has as many as it likes; strangers draw nothing from this.
        return guess([[guesses.device, deviceId]], `devices of ${account}`, () => attempt.verify(true))
      }
      const purse: Purse = [
        [guesses.address, address],
        [guesses.account, account],
      ]
      const began = performance.now()
      try {
        return await guess(purse, account, () => attempt.verify(false))
      } catch (refusal) {
        if (!isRateLimited(refusal)) throw refusal
        const verified = await guessFamiliar(attempt, `${address} ${account}`)
        if (verified !== undefined) return verified
        // Neither the answer nor its time tells whether there was a reserve, which only an account that exists can have.
        await passwords.passTime(began)
        throw refusal
      }
    },
  }
}

const isRateLimited = (error: unknown) => error instanceof OperationError && error.code === 'rate_limited'

async function takeAll(purse: readonly Draw[]): Promise<void> {
  for (const [index, [meter, key]] of purse.entries()) {
    await meter.take(key).catch(async (refusal) => {
      await giveBackAll(purse.slice(0, index))
      throw refusal
    })
  }
}

const giveBackAll = (purse: readonly Draw[]) => Promise.all(purse.map(([meter, key]) => meter.giveBack(key)))
