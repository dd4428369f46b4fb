import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/**
 * The blocks of code in a page of the guide, in the order in which they stand there.
 *
 * @example
 * const [first] = snippetsOf('bots.md', 'js')
 */
export function snippetsOf(page: string, language: string): string[] {
  const text = readFileSync(join(root, 'docs', 'guide', page), 'utf8')
  const fences = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  return [...text.matchAll(fences)].map(([, code = '']) => code)
}
