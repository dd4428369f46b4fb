import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const variables = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name)

test('the guide lists exactly the public variables', () => {
  const listed = variables(read('../../../../docs/guide/react.md'), /^\| `(--parley-[a-z-]+)`/gm)
  expect(listed).toEqual(variables(read('tokens.css'), /^ {4}--parley--[a-z-]+: var\(\s*(--parley-[a-z-]+),/gm))
  expect(listed.length).toBeGreaterThan(20)
})

test('only tokens.css reads the public variables, and no stylesheet of ours declares them', () => {
  const styles = [...read('index.css').matchAll(/@import "([^"]+)"/g)].map(([, path = '']) => path)
  const publicOnes = variables(read('tokens.css'), /var\(\s*(--parley-[a-z-]+),/g)
  for (const path of styles.filter((other) => other !== './tokens.css')) {
    const used = variables(read(path), /(--parley-[a-z-]+)/g)
    expect(
      used.filter((name) => publicOnes.includes(name)),
      path,
    ).toEqual([])
  }
  expect(variables(read('tokens.css'), /^\s*(--parley-[a-z][a-z-]*):/gm)).toEqual([])
})
