import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { patience } from './packages/server/src/testing/patience.ts'
import { redisProgram } from './tests/services/redis-server.ts'

/** For every project. */
const shared = {
  testTimeout: patience.testMs,
  hookTimeout: patience.testMs,
  teardownTimeout: patience.waitMs,
  expect: { poll: { timeout: patience.waitMs } },
  // One more than there are cores: a quarter of the time a test waits, for a database, a browser or a process it ends.
  maxWorkers: availableParallelism() + 1,
  // The files of a project take turns in a process: half of the time would go into loading the server again for each.
  isolate: false,
  // Of the hundred servers that tests start as processes of their own, each would compile everything again.
  env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') },
  restoreMocks: true,
}

/** Without a Redis, one test says what is missing; with REQUIRE_SERVICES it fails. */
const hasRedis = Boolean(process.env.REDIS_URL) || redisProgram() !== undefined
const onNodes = (name: string, setup: string, include: string[]) => ({
  test: {
    name,
    include: hasRedis ? include : ['tests/services/missing-redis.test.ts'],
    ...(hasRedis
      ? {
          globalSetup: ['tests/services/postgres-databases.ts', 'tests/services/one-redis.ts'],
          setupFiles: setup,
        }
      : {}),
    ...shared,
  },
})

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.{ts,tsx}',
            'apps/*/src/**/*.test.{ts,tsx}',
            '{benchmarks,packaging}/**/*.test.ts',
          ],
          ...shared,
        },
      },
      {
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/{browser,packages}/**', 'tests/postgres/**', 'tests/nodes/**', 'tests/services/**'],
          ...shared,
          // Of the cases of faults, each of which starts several servers.
          maxConcurrency: 2,
        },
      },
      {
        test: {
          name: 'postgres',
          // What reaches the database. Sockets and routes know the store by its interface alone, and the flows use them.
          include: [
            'packages/server/src/{core,features,storage,webhooks}/**/*.test.ts',
            'packages/server/src/webhook-command.test.ts',
            'tests/flows/**/*.test.ts',
            'tests/postgres/**/*.test.ts',
          ],
          globalSetup: 'tests/services/postgres-databases.ts',
          setupFiles: 'tests/services/on-postgres.ts',
          ...shared,
        },
      },
      // What races is slow, and with one node it is what it is without Redis.
      onNodes('one-node', 'tests/services/on-one-node.ts', ['tests/flows/!(races).test.ts']),
      onNodes('three-nodes', 'tests/services/on-three-nodes.ts', [
        'tests/flows/**/*.test.ts',
        'tests/nodes/**/*.test.ts',
      ]),
      {
        test: {
          name: 'browser',
          include: ['tests/{browser,packages}/**/*.test.ts'],
          globalSetup: 'tests/browser/built-web-app.ts',
          ...shared,
          // Of the examples, each of which is a server with two pages.
          maxConcurrency: 3,
        },
      },
    ],
  },
})
