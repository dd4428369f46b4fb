/** Values that no operation accepts as its input, by their descriptions. */
export const malformedWholes: Record<string, unknown> = {
  'a truth value': true,
  'a number': 42,
  'not a number': Number.NaN,
  'minus zero': -0,
  infinity: Number.POSITIVE_INFINITY,
  'an empty text': '',
  'a text': 'conversationId',
  'a huge text': 'x'.repeat(100_000),
  'JSON in a text': '{"conversationId":"x"}',
  'an empty list': [],
  'a list of objects': [{}],
  'a list of lists': [[[[]]]],
  'deep lists': deep((inner) => [inner]),
  'deep objects': deep((inner) => ({ conversationId: inner })),
  'a __proto__': JSON.parse('{"__proto__":{"conversationId":"x","isAdmin":true}}'),
  'a constructor': JSON.parse('{"constructor":{"prototype":{"isAdmin":true}}}'),
  'names of every object': { toString: 'x', hasOwnProperty: 1, valueOf: null },
  'many fields': Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`field${i}`, i])),
}

/** Values that no field accepts, by their descriptions. */
export const malformedFields: Record<string, unknown> = {
  'an object': { $ne: null },
  'a list': ['a', 'b'],
  'deep lists': deep((inner) => [inner]),
  'a huge text': 'x'.repeat(100_000),
  'a text with NUL': 'a\u0000b',
  'half a character': '\uD800',
  'an operator': { $gt: '' },
  'a __proto__': JSON.parse('{"__proto__":1}'),
  'a broken number': 1.5,
  'a huge number': 1e300,
  'less than nothing': -1,
}

function deep(wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'the innermost'
  for (let depth = 0; depth < 1_000; depth++) value = wrap(value)
  return value
}

/** Names of no operation. */
export const unknownNames = [
  '',
  ' ',
  'nothing',
  'nothing.at.all',
  'MESSAGE.SEND',
  ` ${'message'}.send`,
  'message',
  'toString',
  'constructor',
  'hasOwnProperty',
  'valueOf',
  '__proto__',
  '__defineGetter__',
  'prototype',
  'then',
  'error',
  'packet',
  'data',
  'ping',
  'x'.repeat(20_000),
  '\u0000',
  '\uD800',
]
