import { attemptBudgets } from '../core/limits/budgets.ts'
import { type CountTogether, createStrictMeter, type StrictMeter } from '../core/limits/strict-meter.ts'
import { OperationError } from '../core/operation-error.ts'
import type { Passwords } from './passwords.ts'
import { createTurns } from './turns.ts'

/** One attempt to sign in by a password. `T` is the result of a right one. */
export interface PasswordAttempt<T> {
  username: string
  address: string
  /** The device, if it has signed in to this account before. */
  deviceId: string | undefined
  /** Whether this account has signed in at this address before. */
  isFamiliar(): Promise<boolean>
  /** Resolves with undefined for a wrong password. A known device or address goes before strangers in the queue. */
  verify(isKnown: boolean): Promise<T | undefined>
}

export interface PasswordAttempts {
  /**
   * Verifies the attempt and resolves with its result. Rejects with `bad_credentials` for a wrong password, with
   * `unavailable` if too many attempts wait, and as `verify` does. Rejects with `rate_limited` if its budgets are
   * spent: then it was not verified or, on the reserve, was wrong.
   */
  check<T>(attempt: PasswordAttempt<T>): Promise<T>
}

/**
 * The budgets that count one guess, with its key in each. A guess is counted in all of them or, if one refuses, in
 * none.
 */
type Draw = readonly [StrictMeter, key: string]
type Purse = readonly [Draw, ...Draw[]]

const unlimited: StrictMeter = { take: async () => {}, giveBack: async () => {} }

/**
 * Attempts verified at once for each address or known device: others wait, so that many users behind one address are
 * not refused.
 */
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
 * Makes `check`, which verifies attempts to sign in: at most four at once for one address or known device, while up to
 * 64 wait. It limits wrong passwords by budgets; without `count` it limits nothing. A wrong password counts for the
 * address and for the account. From a device that has signed in to the account before it counts for that device alone,
 * so that strangers cannot spend its budget. Successful sign-ins have a budget of their own. If the budgets are spent,
 * an account that has signed in at this address before has a reserve.
 */
export function createPasswordAttempts(passwords: Passwords, count?: CountTogether): PasswordAttempts {
  const { signIns, ...guesses } = createMeters(count)
  const inTurn = createTurns(atOnce, mostWaiting)

  /** Verifies within the budgets; attempts with the same first key wait for each other. */
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
    check: async (attempt) => {
      const { address, deviceId } = attempt
      const account = attempt.username.toLowerCase()
      if (deviceId !== undefined) {
        // All devices of an account share one budget of sign-ins, because their number is not limited; strangers cannot
        // spend it.
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
        // Answer and duration must not reveal whether there was a reserve, because only existing accounts have one.
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
