import type { TestProject } from 'vitest/node'
import { startRedis } from './redis-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the Redis for this run. */
    redis: string
  }
}

/**
 * Provides the address of one Redis for the run: that of `REDIS_URL`, else one that it starts and that the returned
 * function ends. Each test database is a history of its own in it.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.REDIS_URL
  const redis = given ? undefined : await startRedis()
  project.provide('redis', given || redis?.url || '')
  return redis?.dispose
}
