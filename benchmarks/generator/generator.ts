/** The generator's process: takes one job, makes the load, answers with figures, and ends. */
import type { Control, Figures, Job } from '../scenario.ts'
import { scenarioNamed } from '../scenarios.ts'

/** What the generator asks of the runner, and how it is answered. */
export type Request = { [K in keyof Control]: { ask: K; input: Parameters<Control[K]> } }[keyof Control]
export type Answer = { ask: keyof Control; result: unknown } | { ask: keyof Control; error: string }

/** Ends when the answer has left. */
const answer = (result: { figures: Figures } | { error: string }) =>
  process.send?.(result, undefined, {}, () => process.exit())

/** One question at a time: the runner answers before the load goes on. */
const ask = <T>(request: Request): Promise<T> =>
  new Promise((resolve, reject) => {
    process.once('message', (told: Answer) =>
      'error' in told ? reject(new Error(told.error)) : resolve(told.result as T),
    )
    process.send?.(request)
  })

const control: Control = {
  restart: (settings = { rateLimits: 'off' }) => ask({ ask: 'restart', input: [settings] }),
  fill: (messages) => ask({ ask: 'fill', input: [messages] }),
  probe: () => ask({ ask: 'probe', input: [] }),
}

// A generator without a runner would load the machine for ever.
process.once('disconnect', () => process.exit(1))

process.once('message', (job: Job) => {
  scenarioNamed(job.scenario)
    .load(job, control)
    .then(
      (figures) => answer({ figures }),
      (error: unknown) => answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
})
