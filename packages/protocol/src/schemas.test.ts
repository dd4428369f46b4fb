import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { type OperationName, operationNames, operations } from './catalogue.ts'
import type { Operation } from './define.ts'
import { cleanLine, comparableName } from './features/name-rules.ts'
import {
  ImageUrl,
  limits,
  Name,
  Password,
  Text,
  Topic,
  TypedPassword,
  TypedUsername,
  Username,
  wellFormed,
} from './primitives.ts'
import { sampleInputs } from './sample-inputs.ts'
import { textFieldsOf, unstorableForms, valueAt, withValueAt } from './text-fields.ts'

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key${index}`, index]))

/** Values that an attacker may send in any field. */
const hostileValues: [string, unknown][] = [
  ['null', null],
  ['an empty array', []],
  ['an array', [1, 'two', null]],
  ['an empty object', {}],
  ['a wide object', wide],
  ['a deep array', nested(5_000)],
  [
    'an object with keys that could change a prototype',
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}'),
  ],
  ['a database operator', { $gt: '' }],
  ['true', true],
  ['a negative number', -1],
  ['a fraction', 0.5],
  ['a number past the safe integers', 2 ** 53],
  ['NaN', Number.NaN],
  ['infinity', Number('1e309')],
  ['a number as text', '7'],
  ['an empty text', ''],
  ['blanks', ' \t\n\u00a0'],
  ['a NUL', 'a\u0000b'],
  ['a lone surrogate', 'a\ud800b'],
  ['a text that changes its direction', '\u202Eana'],
  ['a huge text', 'a'.repeat(1_000_000)],
  ['a huge text of wide letters', '\u{1F600}'.repeat(100_000)],
  ['a path', '../../etc/passwd'],
  ['markup', '<script>alert(1)</script>'],
  ['a name of the prototype', '__proto__'],
  ['a function', () => 'called'],
]

const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}

const schemaOf = (name: OperationName): Operation['input'] => operations[name].input

/** An accepted input must contain nothing that could break a later stage. */
const expectHarmless = (name: OperationName, parsed: unknown) => {
  expect(JSON.parse(JSON.stringify(parsed)), 'it is the same after JSON').toEqual(parsed)
  expect(Object.keys(Object(parsed)).filter((key) => !Object.hasOwn(sampleInputs[name], key))).toEqual([])
  for (const text of stringsIn(parsed)) expect(text.isWellFormed() && !text.includes('\u0000'), text).toBe(true)
  expect(Buffer.byteLength(JSON.stringify(parsed))).toBeLessThan(64 * 1024)
  expect(Object.prototype).not.toHaveProperty('polluted')
}

const expectRefusedOrHarmless = (name: OperationName, input: unknown) => {
  const { success, data } = schemaOf(name).safeParse(input)
  if (success) expectHarmless(name, data)
}

describe.each(operationNames)('the input of %s', (name) => {
  const sample: Record<string, unknown> = sampleInputs[name]
  const fields = Object.keys(sample)

  test('is accepted if it is valid', () => {
    expect(schemaOf(name).safeParse(sample)).toMatchObject({ success: true })
  })

  test('must be an object', () => {
    expect(schemaOf(name).safeParse(undefined).success).toBe(false)
    for (const [what, hostile] of hostileValues) {
      if (what === 'an empty object') expectRefusedOrHarmless(name, hostile)
      else expect(schemaOf(name).safeParse(hostile).success, what).toBe(false)
    }
  })

  test('is refused or harmless with a hostile value in any field', () => {
    for (const [, hostile] of hostileValues) {
      for (const field of fields) expectRefusedOrHarmless(name, { ...sample, [field]: hostile })
    }
  })

  test('is refused with an unknown key', () => {
    for (const key of ['userID', 'isAdmin', 'senderId ', 'constructor', 'toString']) {
      expect(schemaOf(name).safeParse({ ...sample, [key]: 'x' }).success, key).toBe(false)
    }
    const withPrototype = Object.defineProperty({ ...sample }, '__proto__', {
      value: { polluted: true },
      enumerable: true,
    })
    expectRefusedOrHarmless(name, withPrototype)
  })
})

test('no field accepts a function', () => {
  const accepted = operationNames.flatMap((name) =>
    Object.keys(sampleInputs[name]).filter((field) => {
      const wrong = { ...sampleInputs[name], [field]: () => 'called' }
      return schemaOf(name).safeParse(wrong).success
    }),
  )
  expect(accepted).toEqual([])
})

/** Does a pattern list every character that it accepts, start to end, so that it refuses NUL and lone surrogates? */
const isClosed = ({ source, multiline }: RegExp) =>
  source.startsWith('^') && source.endsWith('$') && !multiline && !/\[\^|\\[SWDPp]|(?<!\\)\.(?![^[]*\])/.test(source)

describe('D3: every text of the catalogue', () => {
  const fields = operationNames.flatMap((name) =>
    textFieldsOf(operations[name].input).map((field) => ({ name, at: `${name} ${field.path.join('.')}`, ...field })),
  )

  test('is checked for NUL and lone surrogates, or has a pattern that lists every accepted character', () => {
    const unchecked = fields.filter(({ schema }) => {
      const { checks = [], pattern } = (schema as z.core.$ZodString)._zod.def as Partial<z.core.$ZodStringFormatDef>
      const patterns = [pattern, ...checks.map((check) => (check._zod.def as z.core.$ZodCheckRegexDef).pattern)]
      return !checks.includes(wellFormed) && !patterns.some((one) => one !== undefined && isClosed(one))
    })
    expect(unchecked.map(({ at }) => at)).toEqual([])
    expect(fields.length).toBeGreaterThan(40)
  })

  test('is refused with NUL or a lone surrogate at any index', () => {
    const accepted = fields.flatMap(({ name, at, path }) => {
      const sample = sampleInputs[name]
      const good = valueAt(sample, path)
      if (typeof good !== 'string') return []
      const forms = unstorableForms(good).map((text) => withValueAt(sample, path, text))
      return forms.filter((input) => schemaOf(name).safeParse(input).success).map((input) => [at, input])
    })
    expect(accepted).toEqual([])
  })

  test.each<[RegExp, boolean]>([
    [/^[a-z]{2}(?:[.-][0-9]+)*$/, true],
    [/^a\.b$/, true],
    [/[a-z]/, false],
    [/^[^a]$/, false],
    [/^a.b$/, false],
    [/^\S+$/, false],
    [/^\p{L}+$/u, false],
    [/^a$/m, false],
  ])('%s lists every character that it accepts: %s', (pattern, closed) => {
    expect(isClosed(pattern)).toBe(closed)
  })
})

describe('names', () => {
  test.each([
    ['\u202Eadmin', 'admin'],
    ['a\u200Fb\u061Cc', 'abc'],
    ['  two\t\n words ', 'two words'],
    ['e\u0301lan', 'élan'],
    ['Ångström', 'Ångström'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
  ])('%j becomes %j', (written, name) => {
    expect(Name.parse(written)).toBe(name)
  })

  test.each([
    ['a\u200Dna', 'ana'],
    ['ana\u3164', 'ana'],
    ['a\u00ADn\u{E0041}a', 'ana'],
    ['ana\u2800 b', 'ana b'],
    [`a${'\u0301'.repeat(60)}`, `\u00E1${'\u0301'.repeat(3)}`],
    ['1\uFE0F\u20E3 \u2764\uFE0F', '1\uFE0F\u20E3 \u2764\uFE0F'],
    ['a\uFE0Fna', 'ana'],
    ['e\u200B\u0301lan', '\u00E9lan'],
    ['e\u200D\u0301\u200D\u0915', '\u00E9\u0915'],
    ['a\uFE0F\u200D\u{1F600}', 'a\u{1F600}'],
    ['\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645', '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645'],
    ['\u0915\u094D\u200D\u0937', '\u0915\u094D\u200D\u0937'],
  ])('E7: %j becomes %j', (written, name) => {
    expect(Name.parse(written)).toBe(name)
  })

  test('E7: a clean name is in NFC, and stays as it is', () => {
    const parts = [
      'e',
      'é',
      'क',
      '\u1100',
      '\u1161',
      '❤',
      '👩',
      '1',
      ' ',
      '\u0301',
      '\u0323',
      '\u20E3',
      '\uFE0F',
      '\u200D',
    ]
    const unit = fc.constantFrom(...parts, '\u200C', '\u200B', '\u202E', '\u034F', '\u2800', '\u0958', '\u0344')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), (written) => {
        const clean = cleanLine(written)
        expect(clean.normalize('NFC')).toBe(clean)
        expect(cleanLine(clean)).toBe(clean)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    '\u3164',
    '\u2800',
    '\u115F',
    '\u1160',
    '\uFFA0',
    '\u200D\u200C',
    '\u00AD',
    '\uFE0F',
    '\u034F',
    '\u{1D159}',
    '\u0301',
  ])('E7: %j is no name, because it has no visible character', (written) => {
    expect(Name.safeParse(written).success).toBe(false)
  })

  test.each([
    ['\u00C9lise \u00DCNAL', 'elise u\u0308nal'],
    ['\uFF21\uFF4E\uFF41', 'ana'],
    ['a\u200Dna', 'ANA'],
    ['Stra\u00DFe', 'STRASSE'],
    ['\u039F\u0394\u03A5\u03A3\u03A3\u0395\u03A5\u03A3', '\u03BF\u03B4\u03C5\u03C3\u03C3\u03B5\u03C5\u03C2'],
    ['\uFB01n', 'FIN'],
  ])('E7: %j and %j are compared as the same name', (one, other) => {
    expect(comparableName(one)).toBe(comparableName(other))
  })

  test.each([
    ['ana', 'anna'],
    ['ana', '\u0430\u043D\u0430'],
  ])('E7: %j and %j are compared as different names', (one, other) => {
    expect(comparableName(one)).not.toBe(comparableName(other))
  })

  test.each(['ana ', ' ana', '\tana\n'])('B5: %j is the user name ana, at registration and at sign-in', (typed) => {
    expect(Username.parse(typed)).toBe('ana')
    expect(TypedUsername.parse(typed)).toBe('ana')
  })

  test.each(['', '   ', '\u202E\u2066', '\u200B\u2060', '\u0000', 'a\ud800', 'a'.repeat(101)])(
    '%j is no name',
    (written) => {
      expect(Name.safeParse(written).success).toBe(false)
    },
  )

  test('a topic may be empty', () => {
    expect(Topic.parse('  ')).toBe('')
    expect(Topic.safeParse('a'.repeat(limits.topic + 1)).success).toBe(false)
  })

  test.each(['ana', 'a1', 'jean-luc.p_7'])('%s is a user name', (username) => {
    expect(Username.safeParse(username).success).toBe(true)
  })

  test.each(['a', '.ana', 'ana-', 'a na', 'аna', 'an\na', '__proto__', 'a'.repeat(33)])(
    '%j is no user name',
    (username) => {
      expect(Username.safeParse(username).success).toBe(false)
    },
  )
})

describe('B6: the length of a password is that of its NFC form, which is also the one compared', () => {
  const letters = (count: number) => '\u00E9'.repeat(count)

  test.each([
    [4, false],
    [8, true],
    [128, true],
    [129, false],
  ])('a password of %d letters, composed or decomposed, is accepted: %s', (count, isGood) => {
    for (const written of [letters(count), letters(count).normalize('NFD')]) {
      expect(Password.safeParse(written).success).toBe(isGood)
      if (isGood) expect(TypedPassword.parse(written)).toBe(letters(count))
    }
  })
})

describe('a text', () => {
  test('has a limit in code points, so that an emoji counts as one character', () => {
    expect(Text.safeParse('\u{1F600}'.repeat(limits.text)).success).toBe(true)
    expect(Text.safeParse('\u{1F600}'.repeat(limits.text + 1)).success).toBe(false)
    expect(Text.safeParse('a'.repeat(limits.text)).success).toBe(true)
    expect(Text.safeParse('a'.repeat(limits.text + 1)).success).toBe(false)
  })

  test('is not changed', () => {
    for (const text of ['  indented', 'e\u0301', '<b>&amp;', '\u202Eback']) expect(Text.parse(text)).toBe(text)
  })
})

describe('the address of a picture', () => {
  test.each(['https://example.org/ana.png', '/blobs/ana.webp'])('can be %s', (url) => {
    expect(ImageUrl.safeParse(url).success).toBe(true)
  })

  test.each([
    'http://example.org/a.png',
    '//example.org/a.png',
    'javascript:alert(1)',
    'data:image/png;base64,',
    '/a b',
    '/a"b',
  ])('cannot be %s', (url) => {
    expect(ImageUrl.safeParse(url).success).toBe(false)
  })
})

test('lists longer than their limit are refused', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`)
  const create = operations['conversation.create'].input
  expect(create.safeParse({ name: 'Garden', userIds: ids(limits.people) }).success).toBe(true)
  expect(create.safeParse({ name: 'Garden', userIds: ids(limits.people + 1) }).success).toBe(false)
  const watch = operations['presence.watch'].input
  expect(watch.safeParse({ userIds: ids(limits.watched) }).success).toBe(true)
  expect(watch.safeParse({ userIds: ids(limits.watched + 1) }).success).toBe(false)
  const page = operations['message.page'].input
  for (const limit of [0, -1, 101, 1e9, Number.NaN, '10']) {
    expect(page.safeParse({ conversationId: 'c1', limit }).success, String(limit)).toBe(false)
  }
  expect(page.safeParse({ conversationId: 'c1', before: 1, after: 2 }).success).toBe(false)
})

test('a message id is a UUIDv7 in lower case', () => {
  const { id } = sampleInputs['message.send']
  const send = (id: string) => operations['message.send'].input.safeParse({ ...sampleInputs['message.send'], id })
  expect(send(id).success).toBe(true)
  for (const wrong of [id.toUpperCase(), id.replace('-7000-', '-4000-'), `${id} `, `{${id}}`, 'ana', '']) {
    expect(send(wrong).success, wrong).toBe(false)
  }
})
