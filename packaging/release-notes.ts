const unreleased = /^## Unreleased\n(?<notes>[\s\S]*?)(?=^## |$(?![\s\S]))/m

/**
 * The changelog with what is unreleased under the name of a version. Throws if there is nothing to release.
 *
 * @example releasedChangelog('## Unreleased\n\n- Pins.\n', '0.2.0', '2026-12-01') // '## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- Pins.\n'
 */
export function releasedChangelog(changelog: string, version: string, day: string): string {
  const notes = changelog.match(unreleased)?.groups?.notes?.trim()
  if (!notes)
    throw new Error('CHANGELOG.md says nothing under "## Unreleased": write what users will notice, then release.')
  return changelog.replace(/^## Unreleased\n/m, `## Unreleased\n\n## ${version} (${day})\n`)
}

const version = /^(\d+)\.(\d+)\.(\d+)$/

/** Throws unless the second version is a version, and later than the first. */
export function assertIsLater(before: string, after: string): void {
  const [old, wanted] = [before, after].map((text) => version.exec(text)?.slice(1).map(Number))
  if (!wanted || !old) throw new Error(`A version is three numbers, such as 0.2.0, and not ${JSON.stringify(after)}.`)
  const at = wanted.findIndex((part, index) => part !== old[index])
  if (at < 0 || (wanted[at] ?? 0) < (old[at] ?? 0)) throw new Error(`${after} is not later than ${before}.`)
}

/** A package.json with another version, of itself and of our packages that it needs. The text is otherwise as it was. */
export const withVersion = (packageJson: string, before: string, after: string): string =>
  packageJson.replaceAll(new RegExp(`("(?:version|@parley/[a-z]+)": )"${RegExp.escape(before)}"`, 'g'), `$1"${after}"`)
