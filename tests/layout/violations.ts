import { commentViolations } from './comment-rules.ts'
import { cycleViolations } from './cycle-rules.ts'
import { dependencyViolations, importViolations } from './import-rules.ts'
import { lockfileViolations } from './lockfile.ts'
import { crowdViolations, depthViolations, featureViolations, nameViolations } from './name-rules.ts'
import { lengthViolations, shapeViolations, storyViolations } from './size-rules.ts'
import type { SourceFile } from './source-file.ts'
import { textViolations, vocabularyViolations } from './text-rules.ts'

export interface Vocabulary {
  /** The words for features, the same in every package. */
  features: readonly string[]
  /** The names of all operations and events. */
  names: readonly string[]
}

/**
 * One sentence for each place where these files break the layout of the repository; empty if they keep it. Reads the
 * given texts only, no disk.
 */
export const violations = (files: SourceFile[], { features, names }: Vocabulary): string[] => [
  ...importViolations(files),
  ...dependencyViolations(files),
  ...cycleViolations(files),
  ...nameViolations(files),
  ...depthViolations(files),
  ...crowdViolations(files),
  ...featureViolations(files, features),
  ...lengthViolations(files),
  ...shapeViolations(files),
  ...storyViolations(files),
  ...textViolations(files),
  ...vocabularyViolations(files, names),
  ...commentViolations(files),
  ...files.filter(({ path }) => path === 'package-lock.json').flatMap(({ text }) => lockfileViolations(text)),
]
