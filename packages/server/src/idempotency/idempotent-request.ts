import { createHash } from 'node:crypto'
import { type Operation, type OperationName, operations } from '@parley/protocol'
import type { Anyone, IdempotentRequest } from '../core/context.ts'
import { OperationError } from '../core/operation-error.ts'

const longestKey = 255

/**
 * The caller, who names the request by the `Idempotency-Key` of its headers. Strangers name none, and neither is one named
 * that holds a password or a token: its answer, and a hash of what was asked, would be kept. Throws `invalid_input`.
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

/** Two backends that act as the same user do not meet, nor do two users of one backend. */
const ownerOf = ({ user, key }: Anyone) => `${key?.id ?? ''} ${user?.id ?? ''}`

const hashOf = (operation: string, input: object): IdempotentRequest['hash'] =>
  createHash('sha256')
    .update(`${operation} ${JSON.stringify(input)}`)
    .digest('base64url')
