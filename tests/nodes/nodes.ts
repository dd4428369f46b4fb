import { startTestServer } from '@parley/server/testing'
import { arrive, type Person } from '@parley/server/testing/people'
import { afterAll, beforeAll } from 'vitest'
import { type RedisServer, startRedis } from '../services/redis-server.ts'
import { startTcpLine, type TcpLine } from '../services/tcp-line.ts'

type Options = NonNullable<Parameters<typeof startTestServer>[0]>
export type TestServer = Awaited<ReturnType<typeof startTestServer>>

/**
 * Times so short that a test can wait for them. Only `silenceMs` is long: on a busy machine, a node that gets no turn
 * for a second or two must not count as dead.
 */
export const fast = { gapMs: 50, retryMs: 100, compareAwayMs: 200, beatMs: 100, silenceMs: 3_000 }

export interface Nodes {
  server(): TestServer
  redis(): RedisServer
  /** The connection from the nodes to their Redis, which a test can cut or delay. */
  line(): TcpLine
  /** Registers a user, and connects them to this node. */
  arriveAt(node: number, name?: string): Promise<Person>
}

/** Starts three nodes for all tests of a file, with their own Redis, which a test may stop; closes them afterwards. */
export function threeNodes({ timing, ...options }: Options = {}): Nodes {
  let server: TestServer
  let redis: RedisServer
  let line: TcpLine

  beforeAll(async () => {
    redis = await startRedis()
    line = await startTcpLine(redis.port)
    server = await startTestServer({
      ...options,
      redisUrl: `redis://127.0.0.1:${line.port}`,
      timing: { ...fast, ...timing },
    })
  })
  afterAll(async () => {
    redis.resume()
    await server.close()
    await line.close()
    await redis.dispose()
  })
  return {
    server: () => server,
    redis: () => redis,
    line: () => line,
    arriveAt: (node, name) => arrive(server.at(node), name),
  }
}
