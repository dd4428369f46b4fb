/** The fields of a workspace's package.json that this file reads. */
export interface Workspace {
  name: string
  version: string
  type: 'module'
  bin?: Record<string, string>
  exports: Record<string, string>
  devDependencies?: Record<string, string>
  [field: string]: unknown
}

/** An entry of the published `exports`. */
interface Entry {
  types: string
  default: string
}

const compiledPath = (path: string, extension: string) =>
  path.replace('./src/', './dist/').replace(/\.[jt]sx?$/, extension)

/** Entries for tests of this repository are not published. */
const isForTests = (path: string) => path.startsWith('./src/testing/')

/** The path of the empty declaration that lets TypeScript import a stylesheet. */
export const declarationOfStyles = (path: string) => `${path}.d.ts`

const entryOf = (path: string): Entry => {
  const published = compiledPath(path, '.js')
  return path.endsWith('.css')
    ? { types: declarationOfStyles(published), default: published }
    : { types: compiledPath(path, '.d.ts'), default: published }
}

/**
 * The package.json of a tarball: its entries are the compiled files in `dist` instead of the source files. It has no
 * `devDependencies` and no entries for tests. `address`: where the repository can be opened, if that is known; npm
 * compares it with the provenance of a published package.
 *
 * @example publishedPackage({ name: '@parley/client', exports: { '.': './src/index.ts' }, … }, undefined).exports
 * // { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
 */
export function publishedPackage(workspace: Workspace, address: string | undefined): Record<string, unknown> {
  const { devDependencies: _, exports, bin, ...kept } = workspace
  const entries = Object.entries(exports).filter(([, path]) => !isForTests(path))
  const commands = Object.entries(bin ?? {}).map(([name, path]) => [name, compiledPath(path, '.js')])
  const directory = workspace.name.replace('@parley/', 'packages/')
  return {
    ...kept,
    ...(address === undefined ? {} : { repository: { type: 'git', url: address, directory } }),
    ...(bin ? { bin: Object.fromEntries(commands) } : {}),
    exports: Object.fromEntries(entries.map(([name, path]) => [name, entryOf(path)])),
  }
}
