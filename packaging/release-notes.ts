const unreleased = /^## Unreleased\n(?<notes>[\s\S]*?)(?=^## |$(?![\s\S]))/m

/**
 * The changelog with the unreleased notes under the heading of a version. Throws if there are none.
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

/** Throws unless `after` is a version of three numbers and later than `before`. */
export function assertIsLater(before: string, after: string): void {
  const [old, wanted] = [before, after].map((text) => version.exec(text)?.slice(1).map(Number))
  if (!wanted || !old) throw new Error(`A version is three numbers, such as 0.2.0, and not ${JSON.stringify(after)}.`)
  const at = wanted.findIndex((part, index) => part !== old[index])
  if (at < 0 || (wanted[at] ?? 0) < (old[at] ?? 0)) throw new Error(`${after} is not later than ${before}.`)
}

/** Replaces the version of a package and of its dependencies on our packages, in the text of package.json. */
export const withVersion = (packageJson: string, before: string, after: string): string =>
  packageJson.replaceAll(new RegExp(`("(?:version|@parley/[a-z]+)": )"${RegExp.escape(before)}"`, 'g'), `$1"${after}"`)
