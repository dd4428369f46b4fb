import type { OperationName } from '@parley/protocol'
import type { Gate } from '../core/guards/write-gate.ts'
import { OperationError } from '../core/operation-error.ts'
import type { Rule } from '../core/policy.ts'

/**
 * Makes a gate that wraps each operation that needs a scope, and returns the functions of other operations unchanged. A
 * wrapped one rejects with `unauthenticated` for a caller without an API key, also a signed-in user, and with
 * `forbidden` for a key without that scope.
 */
export const createScopeGate =
  (policy: Record<OperationName, Rule>): Gate =>
  (name, way) => {
    const { scope } = policy[name]
    if (scope === undefined) return way
    return async (input, caller) => {
      const { key } = caller
      if (!key) throw new OperationError('unauthenticated', 'Show an API key.')
      if (!key.scopes.includes(scope)) throw new OperationError('forbidden', `This key has no scope ${scope}.`)
      return way(input, caller)
    }
  }
