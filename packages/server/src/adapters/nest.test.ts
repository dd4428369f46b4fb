import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type INestApplicationContext, Inject, Injectable, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Credentials } from '../auth/authenticate.ts'
import type { ParleyOptions } from '../parley-options.ts'
import { dialRaw } from '../testing/raw-socket.ts'
import { ParleyModule, ParleyService } from './nest.ts'

let dataDir: string
let apps: INestApplicationContext[]
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  apps = []
})
afterEach(async () => {
  for (const app of apps) await app.close()
  await rm(dataDir, { recursive: true, force: true })
})

const options = (): ParleyOptions => ({
  dataDir,
  log: pino({ level: 'silent' }),
  authenticate: ({ headers }: Credentials) => (headers.cookie === 'sid=1' ? { id: '1', username: 'ana' } : null),
})

/** A service of the host that is given Parley. */
class Shop {
  readonly parley: ParleyService
  constructor(parley: ParleyService) {
    this.parley = parley
  }
}
Injectable()(Shop)
Inject(ParleyService)(Shop, undefined, 0)

/** In a module of its own, which imports nothing. */
class ShopModule {}
Module({ providers: [Shop] })(ShopModule)

function moduleOf(...imports: unknown[]) {
  class AppModule {}
  Module({ imports: imports as never[] })(AppModule)
  return AppModule
}

const quiet = { logger: false, abortOnError: false } as const

test('a global module provides its service to all modules, serves Parley, and closes its sockets with the application', async () => {
  const app = await NestFactory.create(
    moduleOf(ParleyModule.forRoot({ ...options(), isGlobal: true }), ShopModule),
    quiet,
  )
  apps.push(app)
  await app.listen(0, '127.0.0.1')
  const url = await app.getUrl()
  expect(app.get(Shop).parley).toBe(app.get(ParleyService))
  expect(await app.get(Shop).parley.health()).toMatchObject({ status: 'ok' })
  expect((await fetch(`${url}/parley/api/v1/users/me`, { headers: { cookie: 'sid=1' } })).status).toBe(200)
  const { next, closed } = dialRaw(`${url}/parley`)
  await next('0')
  await app.close()
  await closed
})

test('a module is global only if isGlobal is set', () => {
  expect(ParleyModule.forRoot(options()).global).toBe(false)
  expect(ParleyModule.forRootAsync({ useFactory: options }).global).toBe(false)
})

test('an application without an HTTP server can still use the service', async () => {
  const asked = ParleyModule.forRootAsync({ useFactory: async () => options(), isGlobal: true })
  const app = await NestFactory.createApplicationContext(moduleOf(asked, ShopModule), quiet)
  apps.push(app)
  expect(await app.get(Shop).parley.health()).toMatchObject({ status: 'ok' })
})

test('invalid options fail the start of the application', async () => {
  const module = moduleOf(ParleyModule.forRoot({ ...options(), basePath: 'chat' }))
  await expect(NestFactory.create(module, quiet)).rejects.toThrow('basePath must be a path')
})
