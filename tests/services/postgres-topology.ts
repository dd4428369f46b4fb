import { createHash } from 'node:crypto'
import { patience } from '@parley/server/testing/patience'
import type { Topology } from '@parley/server/testing/topology'
import pg from 'pg'
import { inject } from 'vitest'
import { databaseAt } from './postgres-databases.ts'

const { server, template, prefix } = inject('postgres')
const made = new Map<string, Promise<string>>()

const nameOf = (dataDir: string) => `${prefix}${createHash('sha1').update(dataDir).digest('hex').slice(0, 16)}`

async function administer(statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

const make = async (dataDir: string) => {
  const name = nameOf(dataDir)
  await administer(`create database ${name} template ${template}`)
  return databaseAt(server, name)
}

/**
 * A topology in which each data folder has a database of its own in the run's PostgreSQL, made at the first
 * `optionsFor` of the folder as a copy of a migrated one, and removed by `dispose`.
 */
export const postgresTopology = ({ nodes, redisUrl }: { nodes: number; redisUrl?: string }): Topology => ({
  name: redisUrl === undefined ? 'postgres' : `postgres and redis, nodes: ${nodes}`,
  engine: 'postgres',
  nodes,
  optionsFor: async (dataDir) => {
    const url = made.get(dataDir) ?? make(dataDir)
    made.set(dataDir, url)
    const timing = { statementMs: patience.waitMs }
    return { databaseUrl: await url, timing, ...(redisUrl === undefined ? {} : { redisUrl }) }
  },
  dispose: async (dataDir) => {
    if (made.delete(dataDir)) await administer(`drop database if exists ${nameOf(dataDir)} with (force)`)
  },
})
