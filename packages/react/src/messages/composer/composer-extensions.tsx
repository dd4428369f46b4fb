import type { ComposerExtension } from './composer-extension.ts'

/** What features add to the composer, in the order in which it is shown: a new feature is one line here. */
const composerExtensions: readonly ComposerExtension[] = []

export const composerActions = composerExtensions.flatMap(({ actions }) => actions ?? [])
