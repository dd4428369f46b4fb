import { importsOf, isCode, type SourceFile } from './source-file.ts'

/** A feature that is counted: its word, and the names of its operations and events. */
export interface Sample {
  feature: string
  names: readonly string[]
}

/**
 * The most files outside of a feature that may know of it, rigs included. Reactions was the first feature that was
 * added to the lists; typing is older, and one file counts by its name alone (`use-stray-typing.ts`), so that its
 * number only prevents growth.
 */
export const footprints = { reactions: 10, typing: 14 }

/** The word of a folder, and its singular, with which names of files and operations begin. */
const isOwn = (path: string, feature: string) =>
  path.split(/[/.-]/).some((word) => word === feature || word === feature.replace(/s$/, ''))

/** Tests that use the feature for something else, dialects whose clients have it, and measurements. */
const knowsByChoice = /\.test\.tsx?$|\/dialects\/|^benchmarks\//
const comment = /^\s*(\/\*\*|\*|\/\/).*$/gm

/**
 * The paths of the files outside of a feature that know of it: they import one of its files, or name one of its
 * operations or events. Its own files have its word in their path. Lists of features and test rigs count; tests,
 * dialects and benchmarks do not.
 */
export const footprintOf = (files: SourceFile[], { feature, names }: Sample): string[] => {
  const own = new Set(files.map(({ path }) => path).filter((path) => isOwn(path, feature)))
  return files
    .filter((file) => isCode(file) && !own.has(file.path) && !knowsByChoice.test(file.path))
    .filter((file) => {
      const text = file.text.replace(comment, '')
      return importsOf(file).some(({ target }) => own.has(target)) || names.some((name) => text.includes(`'${name}'`))
    })
    .map(({ path }) => path)
}
