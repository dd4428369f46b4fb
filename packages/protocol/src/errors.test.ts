import { expect, test } from 'vitest'
import { errorCatalogue, passingErrors } from './errors.ts'

test('the errors that pass are those that the catalogue says to try again after', () => {
  expect(passingErrors).toEqual(Object.entries(errorCatalogue).flatMap(([code, { retry }]) => (retry ? code : [])))
})
