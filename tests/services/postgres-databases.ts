import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createParley } from '@parley/server'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL server for this run, a migrated database to copy, and how the names of the copies begin. */
    postgres: { server: string; template: string; prefix: string }
  }
}

/** The address of the database with this name on the server; changes nothing there. */
export function databaseAt(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** More than the nodes, servers and clients of one test file open at the same time. */
const connectionsPerFile = 100

/**
 * Provides one PostgreSQL for the run, with a migrated database to copy: that of `DATABASE_URL`, else one of its own
 * that does not wait for the disk. The returned function removes what the run has made there.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL
  // As many files as there are test processes use it at the same time.
  const settings = { max_connections: connectionsPerFile * project.config.maxWorkers }
  const cluster = given ? undefined : await startPostgres({ durable: false, settings })
  const server = given || cluster?.url() || ''
  const prefix = `parley_test_${process.pid}_`
  const template = `${prefix}template`
  await run(server, `create database ${template}`)
  await migrate(databaseAt(server, template))
  project.provide('postgres', { server, template, prefix })
  return async () => {
    if (cluster) return cluster.dispose()
    const names = await run(server, 'select datname from pg_database where starts_with(datname, $1)', [prefix])
    for (const { datname } of names) await run(server, `drop database if exists ${datname} with (force)`)
  }
}

async function migrate(databaseUrl: string): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  await (await createParley({ dataDir, databaseUrl })).close()
  await rm(dataDir, { recursive: true, force: true })
  // Each copy is another history, with another secret.
  await run(databaseUrl, 'delete from meta')
}

async function run(url: string, statement: string, values: string[] = []): Promise<{ datname: string }[]> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(statement, values).finally(() => client.end())
  return rows
}
