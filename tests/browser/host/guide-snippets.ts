import { readFileSync } from 'node:fs'

/** The blocks of code of a page of the guide, as they are written there, in their order. */
export function snippetsOf(page: string, language: string): string[] {
  const text = readFileSync(new URL(`../../../docs/guide/${page}`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code)
}
