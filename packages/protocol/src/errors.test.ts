import { expect, test } from 'vitest'
import { errorCatalogue, passingErrors } from './errors.ts'

test('passingErrors are the errors with retry in the catalogue', () => {
  expect(passingErrors).toEqual(Object.entries(errorCatalogue).flatMap(([code, { retry }]) => (retry ? code : [])))
})
