import { expect, test } from 'vitest'
import { eventNames, operationNames } from '../catalogue.ts'
import { reference } from './reference.ts'
import { referenceMarkdown } from './reference-markdown.ts'

const text = referenceMarkdown(reference())

test('the committed reference is up to date; if this fails, run npm run docs', async () => {
  await expect(text).toMatchFileSnapshot('../../../../docs/reference/api.md')
})

test('contains every operation and event, and tables of the same number of columns', () => {
  for (const name of [...operationNames, ...eventNames]) expect(text).toContain(`### ${name}\n`)
  const widths = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split(/(?<!\\)\|/).length)
  expect(new Set(widths)).toEqual(new Set([6]))
})

test('every link leads to a heading', () => {
  const headings = new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase()))
  const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, link]) => link)
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter((link) => !headings.has(link ?? ''))).toEqual([])
})
