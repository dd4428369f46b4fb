import { expect, test } from 'vitest'
import { refusedFrom } from './refusal.ts'

test('a refused send gives the error code and the time to wait', () => {
  expect(refusedFrom('43/v1,17[{"ok":false,"error":{"code":"rate_limited","retryAfterMs":250}}]')).toEqual({
    code: 'rate_limited',
    retryAfterMs: 250,
    isFault: false,
  })
})

test('a refused handshake gives them too; an internal error is a fault of the server', () => {
  expect(refusedFrom('44/v1,{"message":"refused","data":{"code":"internal"}}')).toEqual({
    code: 'internal',
    retryAfterMs: undefined,
    isFault: true,
  })
})

test('a refusal without an error code is a fault of the server', () => {
  expect(refusedFrom('44/v1,{"message":"refused"}')).toMatchObject({ code: 'none', isFault: true })
  expect(refusedFrom('44/v1')).toMatchObject({ code: 'none', isFault: true })
})
