import { describe, expect, test } from 'vitest'
import type { Answer } from '../dialect.ts'
import { lent, play, type RecordedStep, readTranscript } from '../transcript.ts'
import { routeFailed } from './failures.ts'
import { routes } from './routes.ts'

interface Exchange {
  title: string
  route: string
  params: Record<string, string>
  query: Record<string, string>
  body?: unknown
  steps: RecordedStep[]
  answer?: Answer
  failed?: Answer
}

const { caller, exchanges } = readTranscript<Exchange>(new URL('./', import.meta.url), 'routes')

const planOf = (name: string) => {
  const route = routes.find(({ method, path }) => `${method} ${path}` === name)
  if (!route) throw new Error(`${name} is not in the vocabulary`)
  return route.plan
}

describe('recorded requests', () => {
  test.each(exchanges)('$route: $title', ({ route, params, query, body, steps, answer, failed }) => {
    const outcome = play(planOf(route)({ params, query, body }, { user: caller, ...lent }), steps)
    if (failed) expect('error' in outcome && routeFailed(outcome.error.error)).toEqual(failed)
    else expect(outcome).toEqual({ result: answer })
  })
})

describe('POST /chat/rooms with an invalid body', () => {
  test.each([
    ['no body', undefined],
    ['null', null],
    ['a text', 'General'],
    ['a list', [{ name: 'General' }]],
    ['no name', {}],
    ['an empty name', { name: '' }],
    ['a blank name', { name: '   ' }],
    ['a long name', { name: 'x'.repeat(101) }],
    ['a name of another kind', { name: { toString: 'x' } }],
    ['a description of another kind', { name: 'General', description: 7 }],
    ['a privacy of another kind', { name: 'General', isPrivate: 'yes' }],
    ['an inherited name', JSON.parse('{"__proto__":{"name":"General"}}')],
  ])('%s is answered 400', (_, body) => {
    const outcome = play(planOf('POST /chat/rooms')({ params: {}, query: {}, body }, { user: caller, ...lent }))
    expect('error' in outcome && routeFailed(outcome.error.error)).toEqual({
      status: 400,
      body: { statusCode: 400, code: 'invalid_input', message: expect.any(String), requestId: '' },
    })
  })
})
