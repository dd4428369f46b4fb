import { type Plan, PlanError } from './dialect.ts'

/** Runs a plan and returns its result, or its PlanError instead of throwing it. Any other error is thrown. */
export function* outcomeOf<T>(plan: Plan<T>): Plan<T | PlanError> {
  try {
    return yield* plan
  } catch (error) {
    if (error instanceof PlanError) return error
    throw error
  }
}

/** Runs a plan and returns its result, or `instead` if it throws a PlanError. Any other error is thrown. */
export function* orElse<T>(plan: Plan<T>, instead: T): Plan<T> {
  const outcome = yield* outcomeOf(plan)
  return outcome instanceof PlanError ? instead : outcome
}
