import { expect, test } from 'vitest'
import { tokenOf } from './bearer-token.ts'

test.each(['', 'Bearer ', 'bearer '])('without a token in auth.token (%j), that of the header counts', (token) => {
  expect(tokenOf({ auth: { token }, headers: { authorization: 'Bearer of-header' } })).toBe('of-header')
  expect(tokenOf({ auth: { token }, headers: {} })).toBeUndefined()
})

test('a token in auth.token comes before that of the header, with or without its scheme', () => {
  const headers = { authorization: 'Bearer of-header' }
  for (const token of ['of-auth', 'Bearer of-auth', 'bearer of-auth']) {
    expect(tokenOf({ auth: { token }, headers })).toBe('of-auth')
  }
})
