import { createHash } from 'node:crypto'
import { type Operation, type OperationName, operations } from '@parley/protocol'
import type { Anyone, IdempotentRequest } from '../core/context.ts'
import { OperationError } from '../core/operation-error.ts'

const longestKey = 255

/**
 * The caller together with the identity of this request, from its header `Idempotency-Key`. The caller stays unchanged
 * without a key, for queries, for strangers, and for operations with a password or token, of which nothing must be
 * stored. Throws `invalid_input` for a malformed key.
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
