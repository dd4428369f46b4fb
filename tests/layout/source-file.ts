import { globSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  path: string
  text: string
}

export interface Import {
  /** As written: `./define.ts`, `zod`, `node:fs`. */
  specifier: string
  /** Erased before the program runs. */
  typeOnly: boolean
  /** A path in the repository for a relative import, else the name of the package. */
  target: string
}

const notOurs = new Set(['node_modules', 'dist', 'data', '.git', 'screenshots', 'coverage'])
const ourText = /\.(ts|tsx|css|html|json|md|yml|yaml)$|(^|\/)(\.ci\/run|\.npmrc|\.gitignore|Dockerfile)$/

/** Reads every text file of ours below `root`, as it is in the work tree, sorted by path. */
export const readRepository = (root: string): SourceFile[] =>
  globSync(['**/*', '.ci/*', '.npmrc', '.gitignore'], {
    cwd: root,
    exclude: (path) => notOurs.has(posix.basename(path)),
  })
    .filter((path) => ourText.test(path) && statSync(join(root, path)).isFile())
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** Is it a TypeScript file? */
export const isCode = ({ path }: SourceFile) => /\.tsx?$/.test(path)
/** The number of lines; a line break at the end begins none. */
export const lineCount = ({ text }: SourceFile) => text.replace(/\n$/, '').split('\n').length

// A statement begins its line; what begins with `*` or `//` is a comment that shows one.
const statement = /^[ \t]*(?:import|export)\b([^'"`;]*?)\bfrom\s*['"]([^'"]+)['"]/gm
const bare = /^[ \t]*import\s*()['"]([^'"]+)['"]/gm
const dynamic = /^(?![ \t]*(?:\*|\/\/)).*\bimport()\(\s*['"]([^'"]+)['"]/gm

const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/** All imports and re-exports of a file, static and dynamic, found without parsing. */
export const importsOf = ({ path, text }: SourceFile): Import[] =>
  [statement, bare, dynamic].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, clause = '', specifier = '']) => ({
      specifier,
      typeOnly: /^\s*type\s+[{*\w]/.test(clause) || /^\s*\{(\s*type\s[^,}]+,?)+\s*\}\s*$/.test(clause),
      target: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : packageOf(specifier),
    })),
  )

/** Is it a test, or a file that imports Vitest? */
export const isTest = (file: SourceFile) =>
  /\.test(-d)?\.tsx?$/.test(file.path) || importsOf(file).some(({ target }) => target === 'vitest')
