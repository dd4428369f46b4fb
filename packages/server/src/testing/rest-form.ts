import { maxHeaderSize } from 'node:http'
import { type Operation, type OperationName, operations, pathNames, placeOfRest } from '@parley/protocol'
import type { TestServer } from './test-server.ts'

const fieldsOf = (input: unknown): Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : {}

/** The address and the body of an operation in its REST form. */
function formOf(name: OperationName, input: unknown) {
  const { method, path }: Operation['http'] = operations[name].http
  const rest = fieldsOf(input)
  let address: string = path
  for (const field of pathNames(path)) {
    address = address.replace(`:${field}`, encodeURIComponent(String(rest[field]).toWellFormed()))
    delete rest[field]
  }
  if (placeOfRest(method) === 'body') return { method, address, body: rest }
  const query = new URLSearchParams(Object.entries(rest).map(([key, value]) => [key, String(value)]))
  return { method, address: `${address}?${query}` }
}

/**
 * Is its address so long that Node itself refuses it, with status 431? Node then closes the connection, so that the
 * answer may get lost.
 */
export const isRefusedByNode = (name: OperationName, input: unknown): boolean =>
  formOf(name, input).address.length > maxHeaderSize / 2

/** Sends an operation in its REST form: the fields that its path names in the path, the others as query or body. */
export function askOverRest(
  server: TestServer,
  name: OperationName,
  input: unknown,
  token?: string,
): Promise<Response> {
  const { method, address, body } = formOf(name, input)
  return server.rest(method, address, { token, body })
}
