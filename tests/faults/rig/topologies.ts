import { startPostgres } from '../../services/postgres-cluster.ts'
import { redisProgram, startRedis } from '../../services/redis-server.ts'
import type { FaultCase } from './run-case.ts'
import { TcpProxy } from './tcp-proxy.ts'
import type { Services } from './world.ts'

/** What this machine lacks for a case; undefined if it lacks nothing. */
export const missingFor = ({ topology, isUpgrade }: FaultCase, before?: string): string | undefined => {
  if (topology === 'cluster' && redisProgram() === undefined) return 'needs redis-server 7 or newer on the PATH'
  return isUpgrade && before === undefined ? 'needs an earlier version of Parley (--before FOLDER)' : undefined
}

/** Starts the services that a topology needs besides its nodes, with durable commits; `close` ends them. */
export const openServices = async (topology: FaultCase['topology']): Promise<Services> => {
  if (topology === 'sqlite') return { nodes: 1, flags: () => [], close: async () => {} }
  const postgres = await openPostgres()
  const database = ['--database-url', `postgres://parley@127.0.0.1:${postgres.wire.port}/postgres`]
  if (topology === 'postgres') return { nodes: 1, postgres, flags: () => database, close: postgres.close }
  const redis = await openRedis(nodesOfCluster)
  return {
    nodes: nodesOfCluster,
    postgres,
    redis,
    flags: (node) => [...database, '--redis-url', `redis://127.0.0.1:${redis.wires[node]?.port}`],
    close: async () => {
      await redis.close()
      await postgres.close()
    },
  }
}

const nodesOfCluster = 3

/** With durable commits, unlike in other tests: a crash must lose nothing. */
const openPostgres = async () => {
  const server = await startPostgres({ durable: true })
  const wire = await new TcpProxy(() => [server.port]).open()
  const close = async () => {
    await wire.close()
    await server.dispose()
  }
  return { server, wire, close }
}

/** Each node reaches Redis over a proxy of its own. */
const openRedis = async (nodes: number) => {
  const server = await startRedis()
  const wires = await Promise.all(Array.from({ length: nodes }, () => new TcpProxy(() => [server.port]).open()))
  const close = async () => {
    await Promise.all(wires.map((wire) => wire.close()))
    server.resume()
    await server.dispose()
  }
  return { server, wires, close }
}
