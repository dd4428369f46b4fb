import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { snippetsOf } from './snippets.ts'

const bin = join(import.meta.dirname, '../../packages/server/src/bin.js')

test('the commands of the guides make a bot, list and revoke its key, and make keys', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-guide-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const parley = async (command: string) => {
    const env = { ...process.env, NODE: process.execPath, BIN: bin, DATA_DIR: folder }
    const program = `parley() { "$NODE" "$BIN" "$@"; }\n${command}`
    return (await promisify(execFile)('sh', ['-c', program], { env })).stdout
  }
  const isCommand = (code: string) => code.startsWith('parley ')
  const [create = '', revoking = ''] = snippetsOf('bots.md', 'sh').filter(isCommand)
  const [createKey = ''] = snippetsOf('backend.md', 'sh').filter(isCommand)
  const key = /parley_live_([0-9a-f]{16})_[A-Za-z0-9_-]{43}/
  const [, first = ''] = (await parley(create)).match(key) ?? []
  expect(await parley('parley key list')).toContain(first)
  const told = await parley(revoking.replace('0123456789abcdef', first))
  const [, second = ''] = told.match(key) ?? []
  expect(second).not.toBe(first)
  const [, third = ''] = (await parley(createKey)).match(key) ?? []
  const listed = (await parley('parley key list')).split('\n')
  for (const id of [second, third]) expect(listed.find((line) => line.includes(id))).not.toMatch(/revoked/)
  expect(listed.find((line) => line.includes(third))).toMatch(/users.*act-as/)
})
