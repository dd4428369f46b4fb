import { expect, test } from 'vitest'
import { limits } from '../limits.ts'
import { Body } from './body/body.ts'
import { bodyProblem } from './message-rules.ts'

const plain = (text: unknown) => ({ kind: 'plain', text })
const sealed = (ciphertext: unknown) => ({ kind: 'sealed', ciphertext })

const good = [
  plain('Hello'),
  plain('  indented'),
  plain('x'.repeat(limits.text)),
  plain('\u{1F600}'.repeat(limits.text)),
  plain('\ufffd\ufeff\u{10ffff}'),
  sealed('QQ=='),
  sealed('-_ .~'),
  sealed(' '),
  sealed('a\r\nb\u0001'),
  sealed('e\u0301 \u202eשלום \u{1F600}\ufeff'),
  sealed('A'.repeat(limits.textBytes * 2)),
  sealed('€'.repeat(limits.textBytes * 2)),
]

const bad: unknown[] = [
  ...['', ' \n\t\u00a0\u3000', 'a\u0000', '\ud800', 'x'.repeat(limits.text + 1), 'x'.repeat(300_000), 7, null].map(
    plain,
  ),
  ...['\u{1F600}'.repeat(limits.text + 1), 'e\u0301'.repeat(limits.text), undefined, [], {}].map(plain),
  ...['', 'a\u0000', '\ud800', '\udc00\ud800', 'A'.repeat(limits.textBytes * 2 + 1), 7, null, {}].map(sealed),
  ...[undefined, null, 'Hello', 7, [], {}, { kind: 'plain' }, { text: 'Hello' }, { kind: 'other', text: 'Hello' }],
  ...[
    { ...plain('Hello'), more: 1 },
    { ...sealed('QQ=='), text: 'Hello' },
    { ...plain('Hello'), ciphertext: 'QQ==' },
    { ...plain(''), attachments: undefined },
  ],
  ...[
    { ...plain('Hello'), kind: 'sealed' },
    { ...sealed('QQ=='), kind: 'plain' },
  ],
]

test.each(good)('both the schema and the client accept %j', (body) => {
  expect([Body.safeParse(body).success, bodyProblem(body)]).toEqual([true, null])
})

test('D2: a field that is undefined is ignored, because JSON does not carry it', () => {
  for (const body of [
    { ...plain('Hello'), more: undefined },
    { ...sealed('QQ=='), text: undefined, more: undefined },
  ]) {
    expect(Body.safeParse(JSON.parse(JSON.stringify(body))).success).toBe(true)
    expect(bodyProblem(body)).toBeNull()
  }
})

test.each(bad.map((body) => [JSON.stringify(body)?.slice(0, 50), body]))(
  'the schema refuses it, and the client refuses it with a sentence: %s',
  (_, body) => {
    expect(Body.safeParse(body).success).toBe(false)
    expect(bodyProblem(body)).toMatch(/^A .+\.$/)
  },
)
