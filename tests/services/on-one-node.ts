import { useTopology } from '@parley/server/testing/topology'
import { inject } from 'vitest'
import { postgresTopology } from './postgres-topology.ts'

/* The tests of this file's process run on PostgreSQL and Redis, with one node. */
useTopology(postgresTopology({ nodes: 1, redisUrl: inject('redis') }))
