import { test } from 'vitest'

// The only test of the projects with several nodes where there is no Redis.
test.skipIf(!process.env.REQUIRE_SERVICES)(
  'many nodes: needs redis-server 7 or newer on the PATH, or REDIS_URL',
  () => {
    throw new Error('There is no redis-server, and REQUIRE_SERVICES is set.')
  },
)
