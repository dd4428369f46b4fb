import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { beforeAll, expect, test } from 'vitest'
import { loadLinkFinder } from './load-link-finder.ts'
import { MessageText } from './message-text.tsx'

beforeAll(loadLinkFinder)

const drawn = (text: string) => renderToStaticMarkup(createElement(MessageText, { text }))
const link = (address: string, href = address) =>
  `<a href="${href}" target="_blank" rel="noopener noreferrer nofollow">${address}</a>`
const leadsTo = (host: string) => `<bdi class="parley-link-host"> → ${host}</bdi>`

test.each([
  ['see https://example.org/a?b=c#d', `see ${link('https://example.org/a?b=c#d')}`],
  ['Look: http://example.org/x.', `Look: ${link('http://example.org/x')}.`],
  ['(https://example.org)', `(${link('https://example.org')})`],
  ['https://a.example https://b.example', `${link('https://a.example')} ${link('https://b.example')}`],
])('the addresses in %s become links', (text, html) => {
  expect(drawn(text)).toBe(html)
})

test.each([
  ['https://en.wikipedia.org/wiki/Rust_(band)', link('https://en.wikipedia.org/wiki/Rust_(band)')],
  ['(see https://example.org/a_(b))', `(see ${link('https://example.org/a_(b)')})`],
  ['https://example.org/x[0]', link('https://example.org/x[0]')],
  ['Https://Example.org/a', link('Https://Example.org/a')],
  ['https://example.org/c，谢谢', `${link('https://example.org/c')}，谢谢`],
  ['https://example.org/谢谢。', `${link('https://example.org/谢谢')}。`],
  ['go to www.example.org/a, now', `go to ${link('www.example.org/a', 'http://www.example.org/a')}, now`],
  ['www.example.museum', link('www.example.museum', 'http://www.example.museum')],
  ['ask ana.m+1@example.org.', `ask ${link('ana.m+1@example.org', 'mailto:ana.m+1@example.org')}.`],
  ['mailto:ana@example.org', link('mailto:ana@example.org')],
  ['http://localhost:3000/a', link('http://localhost:3000/a')],
  // A name before an `@` looks like a host: the link leads to it, not to the host after the `@`.
  ['https://good.example@evil.example', `${link('https://good.example')}@evil.example`],
  ['https://good.example:x@evil.example:8443/a', `${link('https://good.example')}:x@evil.example:8443/a`],
  ['http://127.0.0.1:3000', link('http://127.0.0.1:3000')],
])('E1: the link in %s begins and ends where its writer meant', (text, html) => {
  expect(drawn(text)).toBe(html)
})

test.each([
  ['https://аррӏе.com/login', 'xn--80ak6aa92e.com'],
  ['https://www.gооgle.com', 'www.xn--ggle-55da.com'],
  ['https://bücher.example', 'xn--bcher-kva.example'],
  ['https://раypal.рф', 'xn--ypal-43d9g.xn--p1ai'],
])('E1: %s shows its real host', (text, host) => {
  expect(drawn(text)).toBe(`${link(text)}${leadsTo(host)}`)
})

test.each(['https://почта.рф/a', 'https://аррӏе.рф', 'https://xn--bcher-kva.example', 'https://example.org/@ana'])(
  'E1: %s cannot deceive and shows no other host',
  (text) => {
    expect(drawn(text)).toBe(link(text))
  },
)

test('E1: an address cannot change the direction of its text', () => {
  const html = drawn('https://example.org/\u202egnp.exe')
  expect(html.replace(/href="[^"]*"/gu, '')).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u)
})

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'example.org',
  'https://',
  'ftp://example.org',
  '//example.org',
  'just words',
  'www.',
  'www. example',
  '@ana',
  'ana@localhost',
  'vbscript://x',
])('%s contains no link', (text) => {
  expect(drawn(text)).toBe(text)
})

test('markup in a text stays text', () => {
  expect(drawn('<img src=x onerror=alert(1)>')).toBe('&lt;img src=x onerror=alert(1)&gt;')
  expect(drawn('https://example.org/"><img src=x>')).not.toContain('<img')
})

test('E1: a text that resembles many addresses is searched without catastrophic backtracking', () => {
  for (const piece of ['www.', 'www. ', '(www.', 'http://', 'http:// ', 'a@', 'a@ ', '((', 'www.a.', '@@']) {
    const text = piece.repeat(8_000 / piece.length)
    expect(drawn(text).length).toBeGreaterThanOrEqual(text.length)
  }
})
