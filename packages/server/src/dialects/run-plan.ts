import type { Reply } from '@parley/protocol'
import { type Plan, PlanError, type PlannedOperation } from '../dialects/dialect.ts'

/**
 * Runs the operations of a plan one after the other by `run`, passes each output back into the plan and throws each
 * refusal into it as a PlanError. Resolves with the result of the plan; rejects with what the plan does not catch. If
 * `run` itself rejects, this rejects with that error, and the plan is abandoned without seeing it. Operations that have
 * run are not undone.
 */
export async function runPlan<R>(plan: Plan<R>, run: (step: PlannedOperation) => Promise<Reply<unknown>>): Promise<R> {
  let step = plan.next()
  while (!step.done) {
    const reply = await run(step.value)
    step = reply.ok ? plan.next(reply.data) : plan.throw(new PlanError(reply.error))
  }
  return step.value
}
