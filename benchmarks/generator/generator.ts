/** The process of the generator: it gets one job, makes the load, sends the figures back, and ends. */
import type { Control, Figures, Job } from '../scenario.ts'
import { scenarioNamed } from '../scenarios.ts'

/** A request of the generator to the runner, and the runner's answer. */
export type Request = { [K in keyof Control]: { ask: K; input: Parameters<Control[K]> } }[keyof Control]
export type Answer = { ask: keyof Control; result: unknown } | { ask: keyof Control; error: string }

/** Sends the result to the runner, and ends the process then. */
const answer = (result: { figures: Figures } | { error: string }) =>
  process.send?.(result, undefined, {}, () => process.exit())

/** Sends a request to the runner and waits for its answer; only one request may be open. */
const ask = <T>(request: Request): Promise<T> =>
  new Promise((resolve, reject) => {
    process.once('message', (reply: Answer) =>
      'error' in reply ? reject(new Error(reply.error)) : resolve(reply.result as T),
    )
    process.send?.(request)
  })

const control: Control = {
  restart: (settings = { rateLimits: 'off' }) => ask({ ask: 'restart', input: [settings] }),
  fill: (messages) => ask({ ask: 'fill', input: [messages] }),
  probe: () => ask({ ask: 'probe', input: [] }),
}

// Without this, a generator whose runner has ended would load the machine for ever.
process.once('disconnect', () => process.exit(1))

process.once('message', (job: Job) => {
  scenarioNamed(job.scenario)
    .load(job, control)
    .then(
      (figures) => answer({ figures }),
      (error: unknown) => answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
})
