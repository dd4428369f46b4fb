import { posix } from 'node:path'
import { isCode, isTest, type SourceFile } from './source-file.ts'

const kebab = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/
/** Names that custom has fixed. */
const asCustomHasIt = /^([A-Z]+\.md|LICENSE|Dockerfile)$/
const saysNothing = /^(utils?|helpers?|common|misc|managers?|base|impl)$/
const deepest = 5

const wordsOf = (name: string) => name.split(/[-.]/)

const namesIn = (path: string) => path.split('/')

/**
 * Files and folders whose name is not in kebab-case, or has a word that says nothing, such as `util`; a sentence for
 * each.
 */
export const nameViolations = (files: SourceFile[]): string[] =>
  files.flatMap(({ path }) => [
    ...namesIn(path)
      .filter((name) => !kebab.test(name) && !asCustomHasIt.test(name))
      .map((name) => `${path}: "${name}" is not in kebab-case`),
    ...namesIn(path)
      .filter((name) => wordsOf(name).some((word) => saysNothing.test(word)))
      .map((name) => `${path}: "${name}" does not say what is in it`),
  ])

/** Source files more than five folders deep, a sentence for each. */
export const depthViolations = (files: SourceFile[]): string[] =>
  files
    .filter((file) => isCode(file) && namesIn(posix.dirname(file.path)).length > deepest)
    .map(({ path }) => `${path} lies more than ${deepest} folders deep`)

const fullest = 15
const ofPackages = /^(packages|apps)\/[^/]+\/src\b/

/** They have a file for each feature, or for each change of the schema, so they grow with those. */
const growing = [
  'packages/protocol/src/features',
  'packages/react/src/texts/english',
  'packages/server/src/storage/migrations',
]

/** Folders of our packages with more than 15 source files, a sentence for each. */
export const crowdViolations = (files: SourceFile[]): string[] => {
  const sources = files.filter((file) => ofPackages.test(file.path) && isCode(file) && !isTest(file))
  const folders = Map.groupBy(sources, ({ path }) => posix.dirname(path))
  for (const folder of growing) folders.delete(folder)
  return [...folders]
    .filter(([, members]) => members.length > fullest)
    .map(([folder, members]) => `${folder} holds ${members.length} source files, more than ${fullest}`)
}

const inServer = /^packages\/server\/src\/features\/([^/]+)\//
const inReact = /^packages\/react\/src\/([^/]+)\//
const withoutFeature = new Set(['ui', 'styles', 'texts', 'hooks', 'headless', 'testing'])

/**
 * Features whose files are missing in a package, and folders that are named after no feature, a sentence for each: a
 * search for the word of a feature must find all of it.
 */
export const featureViolations = (files: SourceFile[], features: readonly string[]): string[] => {
  const paths = files.map(({ path }) => path)
  const folders = (pattern: RegExp) => [...new Set(paths.flatMap((path) => path.match(pattern)?.[1] ?? []))]
  const missing = features.flatMap((feature) =>
    [
      [`packages/protocol/src/features/${feature}.ts`],
      [`packages/server/src/features/${feature}/${feature}.ts`],
      [`packages/client/src/${feature}.ts`, `packages/client/src/${feature}/${feature}.ts`],
    ]
      .filter((places) => !places.some((path) => paths.includes(path)))
      .map(
        (places) => `${places.join(' or ')} is missing: the feature "${feature}" has the same name in every package`,
      ),
  )
  const unknown = [...folders(inServer), ...folders(inReact)]
    .filter((folder) => !features.includes(folder) && !withoutFeature.has(folder))
    .map((folder) => `the folder "${folder}" is named after no feature of the protocol`)
  return [...missing, ...unknown]
}
