import { readFileSync } from 'node:fs'
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
