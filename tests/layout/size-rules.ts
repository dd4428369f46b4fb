import { isCode, isTest, lineCount, type SourceFile } from './source-file.ts'

const longest = 400
/** A migration is never touched again. */
const mayBeLonger = /\/migrations\//

/** Files of code or styles with more than 400 lines, a sentence for each. */
export const lengthViolations = (files: SourceFile[]): string[] =>
  files
    .filter((file) => (isCode(file) || file.path.endsWith('.css')) && !mayBeLonger.test(file.path))
    .filter((file) => lineCount(file) > longest)
    .map((file) => `${file.path} has ${lineCount(file)} lines, more than ${longest}`)

export interface Lengths {
  package: string
  files: number
  median: number
  p90: number
}

const mostMedian = 80
const mostP90 = 200
/** With fewer files a single one decides. */
const enoughFiles = 10

const quantile = (sorted: number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0

/** The number, median and 90th percentile of the lengths of the sources of each package, in lines, without tests. */
export const lengthsOf = (files: SourceFile[]): Lengths[] => {
  const sources = files.filter(
    (file) => isCode(file) && !isTest(file) && /^(packages|apps)\/[^/]+\/src\//.test(file.path),
  )
  const byPackage = Map.groupBy(sources, ({ path }) => path.split('/').slice(0, 2).join('/'))
  return [...byPackage].map(([name, members]) => {
    const sorted = members.map(lineCount).sort((one, other) => one - other)
    return { package: name, files: sorted.length, median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) }
  })
}

/** Packages of at least ten files whose median or 90th percentile of lengths is too large, a sentence for each. */
export const shapeViolations = (files: SourceFile[]): string[] =>
  lengthsOf(files)
    .filter((lengths) => lengths.files >= enoughFiles)
    .flatMap(({ package: name, median, p90 }) => [
      ...(median < mostMedian ? [] : [`${name}: the median file has ${median} lines, not below ${mostMedian}`]),
      ...(p90 < mostP90 ? [] : [`${name}: a tenth of the files has ${p90} lines or more, not below ${mostP90}`]),
    ])

const mostFiles = 8
const mostLines = 1_000
const heading = /^#+ The way of one message\s*$/m
const step = /^\d+\.\s+`([^`]+\.ts)`/gm

/**
 * Checks the section "The way of one message" of ARCHITECTURE.md: a sentence for each file that does not exist, and for
 * too many files or lines.
 */
export const storyViolations = (files: SourceFile[]): string[] => {
  const text = files.find(({ path }) => path === 'ARCHITECTURE.md')?.text ?? ''
  const start = text.search(heading)
  if (start < 0) return ['ARCHITECTURE.md has no heading "The way of one message"']
  const [, section = ''] = text.slice(start).split(/^#+ .*$/m)
  const listed = [...section.matchAll(step)].map(([, path = '']) => path)
  const found = listed.map((path) =>
    files.find((file) => file.path === path || file.path === `packages/server/src/${path}`),
  )
  const lines = found.reduce((sum, file) => sum + (file ? lineCount(file) : 0), 0)
  return [
    ...(listed.length === 0 ? ['ARCHITECTURE.md lists no files on the way of one message'] : []),
    ...listed.filter((_, index) => !found[index]).map((path) => `ARCHITECTURE.md lists ${path}, which does not exist`),
    ...(listed.length > mostFiles ? [`the way of one message has ${listed.length} files, more than ${mostFiles}`] : []),
    ...(lines > mostLines ? [`the way of one message has ${lines} lines, more than ${mostLines}`] : []),
  ]
}
