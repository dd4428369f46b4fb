import { useTopology } from '@parley/server/testing/topology'
import { inject } from 'vitest'
import { postgresTopology } from './postgres-topology.ts'

/* The tests of this file's process run on PostgreSQL and Redis, each client on another one of three nodes. */
useTopology(postgresTopology({ nodes: 3, redisUrl: inject('redis') }))
