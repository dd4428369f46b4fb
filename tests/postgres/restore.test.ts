import { startTestServer } from '@parley/server/testing'
import { arrive } from '@parley/server/testing/people'
import { expect, test } from 'vitest'
import { commandsOnOneDatabase } from './parley-command.ts'

const { dataDir, parley } = commandsOnOneDatabase()

test('a database that was restored by other means gets a new epoch, and clients start anew', async () => {
  const server = await startTestServer({ dataDir: dataDir() })
  const person = await arrive(server)
  const { epoch, account } = await person.ask('sync.run', {})
  expect((await person.ask('sync.run', { epoch, rev: account.rev })).reset).toBe(false)
  expect((await parley('restore')).stdout).toContain('new epoch')
  const after = await person.ask('sync.run', { epoch, rev: account.rev })
  expect(after.reset).toBe(true)
  expect(after.epoch).not.toBe(epoch)
  await server.close()
})

test('backup and restore with a file are refused, and name the tools of PostgreSQL', async () => {
  await expect(parley('restore', 'copy.db')).rejects.toMatchObject({ stderr: expect.stringContaining('own tools') })
  await expect(parley('backup', 'copy.db')).rejects.toMatchObject({ stderr: expect.stringContaining('pg_dump') })
})
