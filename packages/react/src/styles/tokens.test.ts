import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const variables = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name)

const stylesheets = [...read('index.css').matchAll(/@import "([^"]+)"/g)].map(([, path = '']) => path)

test('the guide lists exactly the public variables', () => {
  const listed = variables(read('../../../../docs/guide/react.md'), /^\| `(--parley-[a-z-]+)`/gm)
  expect(listed).toEqual(variables(read('tokens.css'), /^ {4}--parley--[a-z-]+: var\(\s*(--parley-[a-z-]+),/gm))
  expect(listed.length).toBeGreaterThan(20)
})

test('only tokens.css reads the public variables, and no stylesheet of ours declares them', () => {
  const publicOnes = variables(read('tokens.css'), /var\(\s*(--parley-[a-z-]+),/g)
  for (const path of stylesheets.filter((other) => other !== './tokens.css')) {
    const used = variables(read(path), /(--parley-[a-z-]+)/g)
    expect(
      used.filter((name) => publicOnes.includes(name)),
      path,
    ).toEqual([])
  }
  expect(variables(read('tokens.css'), /^\s*(--parley-[a-z][a-z-]*):/gm)).toEqual([])
})

test('text has six sizes and four weights', () => {
  const sizes = ['0.75rem', '0.8125rem', '0.9375rem', '1.0625rem', '1.25rem', '1.75rem']
  // Fields on touch screens, which iOS zooms if their text is smaller; a message that is an emoji; text within other text.
  const exceptions = ['1rem', '2rem', '0.875em', 'inherit', 'calc(var(--size) * 0.38)']
  for (const path of stylesheets) {
    const used = variables(read(path), /^ *font-size: ([^;]+);/gm)
    expect(
      used.filter((size = '') => ![...sizes, ...exceptions].includes(size)),
      path,
    ).toEqual([])
    const weights = variables(read(path), /^ *font-weight: ([^;]+);/gm)
    expect(
      weights.filter((weight = '') => !['400', '500', '600', '700'].includes(weight)),
      path,
    ).toEqual([])
  }
})
