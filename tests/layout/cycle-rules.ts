import { importsOf, isCode, isTest, type SourceFile } from './source-file.ts'

/**
 * Circles of imports among the sources, a sentence for each; no file of a circle can be understood, tested or loaded
 * alone. An import of types alone vanishes before the program runs, and does not count.
 */
export const cycleViolations = (files: SourceFile[]): string[] => {
  const sources = files.filter((file) => isCode(file) && !isTest(file))
  const paths = new Set(sources.map(({ path }) => path))
  const imports = new Map(
    sources.map((file) => [
      file.path,
      importsOf(file).flatMap(({ typeOnly, target }) => (!typeOnly && paths.has(target) ? [target] : [])),
    ]),
  )
  const done = new Set<string>()
  const found: string[] = []
  const walk = (path: string, way: readonly string[]) => {
    const at = way.indexOf(path)
    if (at >= 0) {
      found.push(`a circle of imports: ${[...way.slice(at), path].join(' → ')}`)
      return
    }
    if (done.has(path)) return
    for (const target of imports.get(path) ?? []) walk(target, [...way, path])
    done.add(path)
  }
  for (const path of paths) walk(path, [])
  return found
}
