import { startTestServer } from '@parley/server/testing'
import { arrive, type Person } from '@parley/server/testing/people'
import { afterAll, beforeAll } from 'vitest'
import { type RedisServer, startRedis } from '../services/redis-server.ts'
import { startTcpLine, type TcpLine } from '../services/tcp-line.ts'

type Options = NonNullable<Parameters<typeof startTestServer>[0]>
/** One test server with all of its nodes, as `startTestServer` resolves with it. */
export type TestServer = Awaited<ReturnType<typeof startTestServer>>

/**
 * Times so short that a test can wait for them. Only `silenceMs` is long: on a busy machine, a node that gets no turn
 * for a second or two must not count as dead.
 */
export const fast = { gapMs: 50, retryMs: 100, compareAwayMs: 200, beatMs: 100, silenceMs: 3_000 }

export interface Nodes {
  /** The running server; call it only inside of a test or a hook, as the next two. */
  server(): TestServer
  redis(): RedisServer
  /** The connection from the nodes to their Redis, which a test can cut or delay. */
  line(): TcpLine
  /** Registers a user, and connects them to this node. */
  arriveAt(node: number, name?: string): Promise<Person>
}

/**
 * Starts three nodes before the tests of a file, with a Redis of their own that a test may stop, and closes them
 * afterwards. The nodes reach their Redis through `line`. `timing` comes on top of `fast`.
 */
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
