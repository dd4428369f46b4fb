import { createHash } from 'node:crypto'
import { type Operation, type OperationName, operations } from '@parley/protocol'
import type { Anyone, IdempotentRequest } from '../core/context.ts'
import { OperationError } from '../core/operation-error.ts'

const longestKey = 255

/**
 * Returns a copy of the caller with the identity of this request (`request`), from its header `Idempotency-Key`.
 * Returns the caller itself without a key, for queries, for a caller with neither user nor API key, and for operations
 * with a password or token, of which nothing must be stored. Throws `invalid_input` for a key that is not 1 to 255
 * visible ASCII characters. Fields in another order make it another request.
 */
export function nameRequest<C extends Anyone>(
  caller: C,
  key: string | undefined,
  name: OperationName,
  input: object,
): C {
  const { kind, holdsSecrets }: Operation = operations[name]
  if (key === undefined || kind === 'query' || holdsSecrets || !(caller.user || caller.key)) return caller
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > longestKey) {
    throw new OperationError('invalid_input', `Idempotency-Key: 1 to ${longestKey} characters of ASCII without spaces`)
  }
  return { ...caller, request: { owner: ownerOf(caller), key, hash: hashOf(name, input) } }
}

/** Keys are separate for each pair of API key and user. */
const ownerOf = ({ user, key }: Anyone) => `${key?.id ?? ''} ${user?.id ?? ''}`

const hashOf = (operation: string, input: object): IdempotentRequest['hash'] =>
  createHash('sha256')
    .update(`${operation} ${JSON.stringify(input)}`)
    .digest('base64url')
