import { type Operation, type OperationName, operations, pathNames, placeOfRest } from '@parley/protocol'
import type { TestServer } from './test-server.ts'

const fieldsOf = (input: unknown): Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : {}

/** Sends an operation in its REST form: the fields that its path names in the path, the others as query or body. */
export function askOverRest(
  server: TestServer,
  name: OperationName,
  input: unknown,
  token?: string,
): Promise<Response> {
  const { method, path }: Operation['http'] = operations[name].http
  const rest = fieldsOf(input)
  let address: string = path
  for (const field of pathNames(path)) {
    address = address.replace(`:${field}`, encodeURIComponent(String(rest[field]).toWellFormed()))
    delete rest[field]
  }
  if (placeOfRest(method) === 'body') return server.rest(method, address, { token, body: rest })
  const query = new URLSearchParams(Object.entries(rest).map(([key, value]) => [key, String(value)]))
  return server.rest(method, `${address}?${query}`, { token })
}
