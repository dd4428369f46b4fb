/** What this file reads of a workspace's package.json. */
export interface Workspace {
  name: string
  version: string
  type: 'module'
  bin?: Record<string, string>
  exports: Record<string, string>
  devDependencies?: Record<string, string>
  [field: string]: unknown
}

/** A way into a package, as it is published. */
interface Entry {
  types: string
  default: string
}

const compiledPath = (path: string, extension: string) =>
  path.replace('./src/', './dist/').replace(/\.[jt]sx?$/, extension)

/** Tests of this repository alone are written with what lies there. */
const isForTests = (path: string) => path.startsWith('./src/testing/')

/** Of styles, an empty declaration lets a page import them by name. */
export const declarationOfStyles = (path: string) => `${path}.d.ts`

const entryOf = (path: string): Entry => {
  const published = compiledPath(path, '.js')
  return path.endsWith('.css')
    ? { types: declarationOfStyles(published), default: published }
    : { types: compiledPath(path, '.d.ts'), default: published }
}

/**
 * The package.json of the tarball. In the repository every entry is a source file; the tarball has what was compiled from
 * it, in `dist`.
 *
 * @example publishedPackage({ name: '@parley/client', exports: { '.': './src/index.ts' }, … }).exports
 * // { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
 */
export function publishedPackage(workspace: Workspace): Record<string, unknown> {
  const { devDependencies: _, exports, bin, ...kept } = workspace
  const entries = Object.entries(exports).filter(([, path]) => !isForTests(path))
  const commands = Object.entries(bin ?? {}).map(([name, path]) => [name, compiledPath(path, '.js')])
  return {
    ...kept,
    ...(bin ? { bin: Object.fromEntries(commands) } : {}),
    exports: Object.fromEntries(entries.map(([name, path]) => [name, entryOf(path)])),
  }
}
