import { join } from 'node:path'
import { eventNames, features, operationNames } from '@parley/protocol'
import { expect, test } from 'vitest'
import { lengthsOf } from './layout/size-rules.ts'
import { readRepository } from './layout/source-file.ts'
import { violations } from './layout/violations.ts'

const root = join(import.meta.dirname, '..')

test('the repository keeps to its layout', () => {
  const files = readRepository(root)
  expect(files.length).toBeGreaterThan(50)
  console.table(lengthsOf(files))
  expect(violations(files, { features: Object.keys(features), names: [...operationNames, ...eventNames] })).toEqual([])
})
