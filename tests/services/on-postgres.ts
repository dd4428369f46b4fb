import { useTopology } from '@parley/server/testing/topology'
import { postgresTopology } from './postgres-topology.ts'

/* The tests of this file's process run on PostgreSQL. */
useTopology(postgresTopology({ nodes: 1 }))
