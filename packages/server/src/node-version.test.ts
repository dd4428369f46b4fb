import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { assertNodeVersion } from './node-version.ts'

test.each(['20.20.0', '22.15.1', '21.99.0', ''])('Node %j is too old', (version) => {
  expect(() => assertNodeVersion(version)).toThrow(`Parley needs Node 22.16 or newer; this is ${version}.`)
})

test.each(['22.16.0', '22.17.1', '24.0.0', '100.1.0'])('Node %s is new enough', (version) => {
  expect(() => assertNodeVersion(version)).not.toThrow()
})

test('package.json says the same', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(engines.node).toBe('>=22.16')
})

/** Loaded before a program, this makes Node one of this version, which has no SQLite. */
const olderNode = (version: string) => `
import { registerHooks } from 'node:module'
registerHooks({
  resolve(name, context, next) {
    if (name === 'node:sqlite') throw new Error('No such built-in module: node:sqlite')
    return next(name, context)
  },
})
const { getBuiltinModule } = process
process.getBuiltinModule = (name) => (name === 'node:sqlite' ? undefined : getBuiltinModule(name))
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })
`

test('a host on a Node without SQLite can import Parley, and then reads which Node it needs', async () => {
  const program = `
    const { createParley } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
    await createParley({ dataDir: 'unused' }).catch(({ message }) => console.log(message))`
  const given = ['--import', `data:text/javascript,${encodeURIComponent(olderNode('20.20.2'))}`]
  const { stdout } = await promisify(execFile)(process.execPath, [...given, '--input-type=module', '--eval', program])
  expect(stdout).toBe('Parley needs Node 22.16 or newer; this is 20.20.2.\n')
})
