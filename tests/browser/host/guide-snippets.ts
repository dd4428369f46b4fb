import { readFileSync } from 'node:fs'

/** The blocks of code in this language on a page of the guide, in their order. */
export function snippetsOf(page: string, language: string): string[] {
  const text = readFileSync(new URL(`../../../docs/guide/${page}`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code)
}
