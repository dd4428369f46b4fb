import { malformedFields, malformedWholes } from '../../packages/server/src/testing/malformed-input.ts'
import type { Random } from '../faults/rig/random.ts'

const edges = [
  0,
  -0,
  -1,
  0.5,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e300,
  Number.MIN_VALUE,
  8_640_000_000_000_001,
]

const texts = [
  '',
  ' ',
  '\n\t',
  '\u0000',
  '\uD800',
  'a\uDC00b',
  '\uFEFF',
  '\u202Eevil',
  '👩‍👩‍👧‍👦'.repeat(20),
  'e\u0301'.repeat(500),
  'null',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  "'; drop table messages; --",
  '%00%ff',
  '\u2028\u2029',
  'x'.repeat(20_000),
  'ﷺ'.repeat(4_001),
]

const malformed = [...Object.values(malformedWholes), ...Object.values(malformedFields)]

/** A random value that hardly any field accepts. */
export function hostileValue(random: Random): unknown {
  const kind = random.whole(0, 10)
  if (kind < 3) return random.pick(edges)
  if (kind < 6) return random.pick(texts)
  if (kind < 7) return random.pick([null, undefined, true, false, [], {}])
  if (kind < 8) return { _placeholder: true, num: random.pick([0, 1, -1, 1e9, 'x', null]) }
  return random.pick(malformed)
}

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Returns a copy of the input with one to three random changes anywhere in it; what it becomes need not be an object.
 * The input stays as it is.
 */
export function mutate(random: Random, input: unknown): unknown {
  let mutated = input
  for (let times = random.whole(1, 4); times > 0; times--) mutated = mutateOnce(random, mutated)
  return mutated
}

function mutateOnce(random: Random, value: unknown): unknown {
  if (random.chance(0.1)) return hostileValue(random)
  if (Array.isArray(value)) return mutateList(random, value)
  return isFields(value) ? mutateFields(random, value) : hostileValue(random)
}

function mutateFields(random: Random, fields: Fields): unknown {
  const names = Object.keys(fields)
  if (names.length === 0 || random.chance(0.1)) return withField(fields, random.pick(extraNames), hostileValue(random))
  const name = random.pick(names)
  const change = random.whole(0, 6)
  if (change === 0) return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name))
  if (change === 1) return withField(fields, name, [fields[name], fields[name]])
  if (change === 2) return withField(fields, name, fields[random.pick(names)])
  if (change === 3) return withField(fields, name, hostileValue(random))
  return withField(fields, name, mutateOnce(random, fields[name]))
}

const extraNames = ['__proto__', 'constructor', 'toString', 'toJSON', 'then', 'length', 'userId', 'role', 'extra']

/** Copies the fields with one set, as `JSON.parse` would: `__proto__` is a field like any other. */
const withField = (fields: Fields, name: string, value: unknown): Fields =>
  Object.fromEntries([...Object.entries(fields), [name, value]])

/** May a list repeat it? A thousand long values would be gigabytes, and while they are written, sockets time out. */
const isShort = (value: unknown): boolean => (JSON.stringify(value) ?? '').length < 1_000

function mutateList(random: Random, list: unknown[]): unknown {
  const change = random.whole(0, 5)
  if (change === 0) return [...list, ...list]
  if (change === 1) return [...list, hostileValue(random)]
  if (change === 2) {
    const each = isShort(list[0]) ? list[0] : null
    return Array.from({ length: random.pick([101, 501, 1_001]) }, () => each)
  }
  if (change === 3) return list.slice(1)
  return list.map((each) => (random.chance(0.5) ? mutateOnce(random, each) : each))
}
