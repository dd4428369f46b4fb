import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

export interface Snippet {
  /** What stands behind the first fence; empty for a plain block. */
  language: string
  code: string
}

/** All blocks of code of a page, in the order in which they stand there. `page`: its path from the root. */
export function allSnippets(page: string): Snippet[] {
  const text = readFileSync(join(root, page), 'utf8')
  const fences = /^```(\w*)\n([\s\S]*?)^```$/gm
  return [...text.matchAll(fences)].map(([, language = '', code = '']) => ({ language, code }))
}

/**
 * The blocks of code in this language on a page of the guide, in their order.
 *
 * @example
 * const [first] = snippetsOf('bots.md', 'js')
 */
export const snippetsOf = (page: string, language: string): string[] =>
  allSnippets(join('docs/guide', page)).flatMap((snippet) => (snippet.language === language ? snippet.code : []))
