import type { Reply } from '@parley/protocol'
import { type Plan, PlanError, type PlannedOperation } from '../dialects/dialect.ts'

/**
 * Runs the operations of a plan one after the other, passes each output back into it and throws each refusal into it as
 * a PlanError. Resolves with its result; rejects with what the plan does not catch, and with an error of `run` itself.
 */
export async function runPlan<R>(plan: Plan<R>, run: (step: PlannedOperation) => Promise<Reply<unknown>>): Promise<R> {
  let step = plan.next()
  while (!step.done) {
    const reply = await run(step.value)
    step = reply.ok ? plan.next(reply.data) : plan.throw(new PlanError(reply.error))
  }
  return step.value
}
