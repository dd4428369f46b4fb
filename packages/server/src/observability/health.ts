/** `degraded` still serves everybody, only not as well; to who is `unavailable` nobody should be sent. */
export type HealthState = 'ok' | 'degraded' | 'unavailable'

/** Says how one part is. One that throws, or does not answer in time, is unavailable. */
type Check = () => HealthState | Promise<HealthState>

/** What the world may know: states, and never a reason, which could name a host or a file. */
export interface HealthReport {
  /** The worst of the checks. */
  status: HealthState
  checks: Record<string, HealthState>
}

export interface Health {
  add(name: string, check: Check): void
  report(): Promise<HealthReport>
}

const order = ['ok', 'degraded', 'unavailable'] as const satisfies HealthState[]

/** The checks of one server: each part adds its own. They run when a report is asked for; `failed` gets the cause of a failure. */
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
    // Reports that are asked for while one is made share it: many requests put no more weight on a part that is in trouble.
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
