/**
 * A `degraded` server serves all users, but slower; load balancers should send no requests to one that is
 * `unavailable`.
 */
export type HealthState = 'ok' | 'degraded' | 'unavailable'

/** Returns the state of one part. A check that throws or takes too long counts as `unavailable`. */
type Check = () => HealthState | Promise<HealthState>

/** States only, because the page is public: a reason could name a host or a file. */
export interface HealthReport {
  /** The worst of the checks. */
  status: HealthState
  checks: Record<string, HealthState>
}

export interface Health {
  add(name: string, check: Check): void
  /**
   * Runs all checks. Calls while they run share their result, so that many requests do not burden a part in trouble.
   */
  report(): Promise<HealthReport>
}

const order = ['ok', 'degraded', 'unavailable'] as const satisfies HealthState[]

/**
 * Makes the checks of one server, at first none, with which the status is `ok`; it is the worst of the checks. `report`
 * runs all of them together; calls during a run share its result, later ones run them again. It never rejects: a check
 * that throws or takes longer than `patienceMs` counts as `unavailable`, and `failed`, which must not throw, is called
 * with its cause. A check with the name of another replaces it.
 */
export function createHealth(failed: (name: string, cause: unknown) => void, patienceMs = 2_000): Health {
  const checks = new Map<string, Check>()
  let running: Promise<HealthReport> | undefined

  const runChecks = async (): Promise<HealthReport> => {
    const states = await Promise.all(
      [...checks].map(async ([name, check]) => {
        const state = await inTime(check, patienceMs).catch((cause) => {
          failed(name, cause)
          return 'unavailable' as const
        })
        return [name, state] as const
      }),
    )
    const worst = Math.max(0, ...states.map(([, state]) => order.indexOf(state)))
    return { status: order[worst] ?? 'ok', checks: Object.fromEntries(states) }
  }

  return {
    add: (name, check) => void checks.set(name, check),
    report: () => {
      running ??= runChecks().finally(() => {
        running = undefined
      })
      return running
    },
  }
}

function inTime(check: Check, patienceMs: number): Promise<HealthState> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error(`No answer within ${patienceMs} ms.`))
    const timer = setTimeout(giveUp, patienceMs)
    new Promise<HealthState>((answer) => answer(check())).then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
