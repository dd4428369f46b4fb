import { expect, test } from 'vitest'
import { refusedFrom } from './refusal.ts'

test('a refused send says why, and when to come again', () => {
  expect(refusedFrom('43/v1,17[{"ok":false,"error":{"code":"rate_limited","retryAfterMs":250}}]')).toEqual({
    code: 'rate_limited',
    retryAfterMs: 250,
    isFault: false,
  })
})

test('a refused greeting too; a server that failed is at fault', () => {
  expect(refusedFrom('44/v1,{"message":"refused","data":{"code":"internal"}}')).toEqual({
    code: 'internal',
    retryAfterMs: undefined,
    isFault: true,
  })
})

test('what says nothing of an error is a fault', () => {
  expect(refusedFrom('44/v1,{"message":"refused"}')).toMatchObject({ code: 'none', isFault: true })
  expect(refusedFrom('44/v1')).toMatchObject({ code: 'none', isFault: true })
})
