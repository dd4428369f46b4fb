import { defineConfig } from 'vitest/config'
import { redisProgram } from './tests/services/redis-server.ts'

/** Real servers, real sockets and real hashing: slower than a unit test, and never a matter of milliseconds. */
const patience = { testTimeout: 30_000, hookTimeout: 60_000 }

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
    ...patience,
  },
})

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'apps/*/src/**/*.test.{ts,tsx}', 'benchmarks/**/*.test.ts'],
          ...patience,
        },
      },
      {
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/browser/**', 'tests/postgres/**', 'tests/nodes/**', 'tests/services/**'],
          ...patience,
        },
      },
      {
        test: {
          name: 'postgres',
          include: [
            'packages/server/src/{core,features,storage,transports}/**/*.test.ts',
            'tests/flows/**/*.test.ts',
            'tests/postgres/**/*.test.ts',
          ],
          globalSetup: 'tests/services/postgres-databases.ts',
          setupFiles: 'tests/services/on-postgres.ts',
          ...patience,
        },
      },
      onNodes('one-node', 'tests/services/on-one-node.ts', ['tests/flows/**/*.test.ts']),
      onNodes('three-nodes', 'tests/services/on-three-nodes.ts', [
        'tests/flows/**/*.test.ts',
        'tests/nodes/**/*.test.ts',
      ]),
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          // One browser at a time: two of them starve each other on a small machine.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
