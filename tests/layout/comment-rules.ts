import { posix } from 'node:path'
import type { SourceFile } from './source-file.ts'

/** What the programs of others import from the SDK and from the server. */
const entries = [
  'packages/client/src/index.ts',
  'packages/client/src/administration/administration.ts',
  'packages/client/src/conversations/conversation-lists.ts',
  'packages/server/src/index.ts',
  'packages/server/src/adapters/fastify.ts',
  'packages/server/src/adapters/nest.ts',
  'packages/server/src/webhooks/verify-webhook.ts',
]

const gathered = /^export\s+(?:type\s+)?(\*|\{[^}]*\})\s+from\s+['"](\.[^'"]+)['"]/gm
const declared =
  /^export\s+(?:(?:declare|abstract|async)\s+)*(?:const|function\*?|class|interface|type|enum)\s+([\w$]+)/gm

/** The names in `{ A, type B as C }`, as the file that declares them calls them. */
const namesIn = (clause: string) =>
  clause
    .replace(/[{}]/g, '')
    .split(',')
    .map(
      (each) =>
        each
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/)[0] ?? '',
    )
    .filter((name) => name !== '')

interface Declaration {
  path: string
  name: string
  isDescribed: boolean
}

/** The declarations behind the exports of a file: all, or those of these names. */
function declarationsOf(files: ReadonlyMap<string, string>, path: string, names?: readonly string[]): Declaration[] {
  const text = files.get(path) ?? ''
  const isWanted = (name: string) => names === undefined || names.includes(name)
  const own = [...text.matchAll(declared)]
    .filter(([, name = '']) => isWanted(name))
    .map(({ 1: name = '', index }) => ({ path, name, isDescribed: text.slice(0, index).endsWith('*/\n') }))
  const others = [...text.matchAll(gathered)].flatMap(([, clause = '', from = '']) => {
    const wanted = clause === '*' ? names : namesIn(clause).filter(isWanted)
    return declarationsOf(files, posix.join(posix.dirname(path), from), wanted)
  })
  return [...own, ...others]
}

/** Exports of the entries without a comment. Of two declarations of one name, such as a class and its type, one has it. */
export const commentViolations = (all: SourceFile[]): string[] => {
  const files = new Map(all.map(({ path, text }) => [path, text]))
  const found = entries.flatMap((entry) => declarationsOf(files, entry))
  const described = new Set(found.flatMap(({ path, name, isDescribed }) => (isDescribed ? `${path} ${name}` : [])))
  const missing = found.filter(({ path, name }) => !described.has(`${path} ${name}`))
  return [...new Set(missing.map(({ path, name }) => `${path} exports ${name} without a comment that describes it`))]
}
