import type { OperationName } from '@parley/protocol'
import { features } from './features/index.ts'
import { type ModelOperations, type ModelRun, Refusal } from './model-run.ts'
import { runSync } from './model-sync.ts'
import { type ModelWorld, userOf } from './model-world.ts'

const operations: ModelOperations = Object.assign(
  { 'user.me': ({ userId }) => ({ user: userOf(userId) }), 'sync.run': runSync } satisfies ModelOperations,
  ...features.map((feature) => feature.operations),
)

/**
 * Runs an operation of a user on the model, which changes `world`: returns its answer and the events to deliver. Throws
 * a Refusal if the server would refuse it, or if no feature has the operation.
 */
export function runModel(world: ModelWorld, userId: string, name: OperationName, input: unknown) {
  const run: ModelRun = { world, userId, deliveries: [] }
  const operation = operations[name] as ((run: ModelRun, input: unknown) => unknown) | undefined
  if (!operation) throw new Refusal('unknown_operation')
  return { data: operation(run, input), deliveries: run.deliveries }
}
