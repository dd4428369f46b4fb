import { join } from 'node:path'
import {
  eventNames,
  type Feature,
  featureOf,
  features,
  type Operation,
  type OperationName,
  operationNames,
  operations,
} from '@parley/protocol'
import { webhookTypes } from '@parley/protocol/features/webhook-types'
import { expect, test } from 'vitest'
import { footprintOf, footprints } from './layout/footprint-rules.ts'
import { lengthsOf } from './layout/size-rules.ts'
import { readRepository } from './layout/source-file.ts'
import { violations } from './layout/violations.ts'

const root = join(import.meta.dirname, '..')
const names = [...operationNames, ...new Set([...eventNames, ...webhookTypes])]

test('the repository keeps to its layout', () => {
  const files = readRepository(root)
  expect(files.length).toBeGreaterThan(50)
  console.table(lengthsOf(files))
  expect(violations(files, { features: Object.keys(features), names })).toEqual([])
})

test('an operation with work after its transaction keeps no answer: what would be kept is what that work is done with', () => {
  const sources = readRepository(root).filter(({ path }) => path.startsWith('packages/server/src/features/'))
  const staged = sources.flatMap(({ text }) => [...text.matchAll(/\bstaged\('([^']+)'/g)].map(([, name]) => name))
  expect(staged).toContain('session.create')
  const isKept = (name: OperationName) => !(operations[name] as Operation).holdsSecrets
  expect((staged as OperationName[]).filter(isKept)).toEqual([])
})

test('a feature is known to few files outside its own', () => {
  const files = readRepository(root)
  const footprint = (feature: Feature) =>
    footprintOf(files, { feature, names: names.filter((name) => featureOf(name) === feature) })
  console.table(
    Object.fromEntries(
      (['typing', 'receipts', 'presence', 'reactions'] as const).map((one) => [one, footprint(one).length]),
    ),
  )
  for (const [feature, most] of Object.entries(footprints) as [Feature, number][]) {
    const files = footprint(feature)
    // Fewer would mean that the count finds nothing: each package has a list.
    expect(files.length).toBeGreaterThanOrEqual(4)
    expect(files.length, files.join('\n')).toBeLessThanOrEqual(most)
  }
})
