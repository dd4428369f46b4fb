import type { Body } from '@parley/protocol'
import { composeBody } from '@parley/protocol/features/body/body'
import { bodyProblem } from '@parley/protocol/features/message-rules'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { OperationError } from '../operation-error.ts'
import type { BodyPart, PartContext } from './body-part.ts'
import { composeBodyParts } from './composed-body-parts.ts'

/** Two parts that no feature brings: a colour that stays, and a size that an edit may change. */
const parts = { colour: z.enum(['red', 'blue']), size: z.int().min(1) }
const Described = composeBody(parts)
const rules = {
  colour: {
    types: ['image', 'file'] as const,
    problem: (value: unknown) => (value === 'red' ? null : 'A colour is red.'),
  },
  size: { types: ['voice'] as const, problem: () => null },
}

const body = (fields: object) => ({ kind: 'plain', text: '', ...fields }) as unknown as Body
const context = {} as PartContext

function composed(refused?: string) {
  const calls: string[] = []
  const part = (name: string) => ({
    part: name,
    check: async () => {
      calls.push(`check ${name}`)
      if (refused === name) throw new OperationError('limit_reached')
    },
    bind: async (value: unknown) => {
      calls.push(`bind ${name} ${value}`)
      return { beside: { [name]: [value] } }
    },
    drop: async (value: unknown) => {
      calls.push(`drop ${name} ${value}`)
      return { [name]: [] }
    },
  })
  const size = {
    ...part('size'),
    edit: async (_: unknown, after: unknown) => ({ value: after, beside: { size: [after] } }),
  }
  const list = [size, part('colour')] as unknown as BodyPart[]
  return { calls, ...composeBodyParts(list, rules) }
}

test('a body has parts, a text, or both', () => {
  const ok = (value: unknown) => [Described.safeParse(value).success, bodyProblem(value, rules) === null]
  const plain = { kind: 'plain', text: 'Hello' }
  for (const good of [plain, { ...plain, colour: 'red' }, { kind: 'plain', text: ' ', size: 2, colour: 'red' }]) {
    expect(ok(good), JSON.stringify(good)).toEqual([true, true])
  }
  for (const bad of [
    { kind: 'plain', text: ' ' },
    { kind: 'plain', colour: 'red' },
    { ...plain, colour: 'green' },
    { ...plain, shape: 'round' },
    { ...plain, toString: 'red' },
    { kind: 'sealed', ciphertext: 'QQ==', colour: 'red' },
    { kind: 'plain', text: 'a\u0000', colour: 'red' },
  ]) {
    expect(ok(bad), JSON.stringify(bad)).toEqual([false, false])
  }
})

test('all parts are checked before the first is bound; the first of the protocol gives the type', async () => {
  const { bind, calls } = composed()
  expect(await bind(body({ size: 3, colour: 'red' }), 'text', context)).toEqual({
    type: 'image',
    beside: { colour: ['red'], size: [3] },
  })
  expect(calls).toEqual(['check colour', 'check size', 'bind colour red', 'bind size 3'])
})

test('a refused part leaves the others unbound, and so does a type that no part has', async () => {
  const { bind, calls } = composed('size')
  const both = body({ size: 3, colour: 'red' })
  expect(await bind(both, 'text', context)).toMatchObject({ code: 'limit_reached' })
  expect(await bind(both, 'offer', context)).toMatchObject({ code: 'invalid_input' })
  expect(calls).toEqual(['check colour', 'check size'])
})

test('an edit keeps the parts that it leaves out, and changes only parts that may change', async () => {
  const { edit } = composed()
  const before = body({ size: 3, colour: 'red' })
  expect(await edit(before, body({ text: 'x', size: 4 }), context)).toEqual({
    body: body({ text: 'x', size: 4, colour: 'red' }),
    beside: { size: [4] },
  })
  expect((await edit(before, body({ colour: 'red' }), context)).body).toEqual(body({ colour: 'red' }))
  for (const after of [body({ colour: 'blue' }), { kind: 'sealed', ciphertext: 'QQ==' } as const]) {
    await expect(edit(before, after, context)).rejects.toMatchObject({ code: 'forbidden' })
  }
  await expect(edit(body({ text: 'x' }), body({ colour: 'red' }), context)).rejects.toMatchObject({ code: 'forbidden' })
})

test('a deletion ends each part', async () => {
  const { drop, calls } = composed()
  expect(await drop(body({ size: 3, colour: 'red' }), context)).toEqual({ colour: [], size: [] })
  expect(calls).toEqual(['drop colour red', 'drop size 3'])
})
