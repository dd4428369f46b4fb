import { afterAll, beforeAll } from 'vitest'
import type { ParleyOptions } from '../parley-options.ts'
import { arriveAll, type Person } from './people.ts'
import { startTestServer, type TestServer } from './test-server.ts'

type Cast<N extends string> = { [K in N]: Person } & { server: TestServer }

const fill = (empty: object, found: object) =>
  void Object.defineProperties(empty, Object.getOwnPropertyDescriptors(found))

/**
 * A server for all tests of a file, with users who are connected to it. The objects are filled by a `beforeAll` hook:
 * use them in tests, and in hooks that are registered later. The server is closed after the last test.
 *
 * @example
 * const { server, ana, bo } = serverWithPeople(['ana', 'bo'])
 */
export function serverWithPeople<const N extends string>(
  names: readonly N[],
  options: Partial<ParleyOptions> = {},
): Cast<N> {
  const server = {} as TestServer
  const people = names.map(() => ({}) as Person)
  beforeAll(async () => {
    fill(server, await startTestServer(options))
    for (const [index, arrived] of (await arriveAll(server, ...names)).entries()) fill(people[index] ?? {}, arrived)
  })
  afterAll(() => server.close())
  return Object.assign({ server }, Object.fromEntries(names.map((name, index) => [name, people[index]]))) as Cast<N>
}
