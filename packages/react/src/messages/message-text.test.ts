import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { MessageText } from './message-text.tsx'

const drawn = (text: string) => renderToStaticMarkup(createElement(MessageText, { text }))
const link = (address: string) =>
  `<a href="${address}" target="_blank" rel="noopener noreferrer nofollow">${address}</a>`

test.each([
  ['see https://example.org/a?b=c#d', `see ${link('https://example.org/a?b=c#d')}`],
  ['Look: http://example.org/x.', `Look: ${link('http://example.org/x')}.`],
  ['(https://example.org)', `(${link('https://example.org')})`],
  ['https://a.example https://b.example', `${link('https://a.example')} ${link('https://b.example')}`],
])('%s has its addresses as links', (text, html) => {
  expect(drawn(text)).toBe(html)
})

test.each(['javascript:alert(1)', 'data:text/html,x', 'example.org', 'https://', 'just words'])(
  '%s has none',
  (text) => {
    expect(drawn(text)).toBe(text)
  },
)

test('markup in a text stays text', () => {
  expect(drawn('<img src=x onerror=alert(1)>')).toBe('&lt;img src=x onerror=alert(1)&gt;')
})
