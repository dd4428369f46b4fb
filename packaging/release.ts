import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assertIsLater, releasedChangelog, withVersion } from './release-notes.ts'
import { repositoryAddress } from './repository-address.ts'

/*
 * `npm run release -- 0.2.0` checks, gives all packages the version, moves the unreleased notes of CHANGELOG.md under
 * it, and packs. If a step fails, all files are as before. It prints the commands that publish, but runs none of them.
 * It refuses without a public address of the repository, because npm publishes no provenance for a package without one.
 */

const root = join(import.meta.dirname, '..')

const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: root, stdio: 'inherit' })
const change = (path: string, by: (text: string) => string) =>
  writeFileSync(join(root, path), by(readFileSync(join(root, path), 'utf8')))

const { version: before } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const version = process.argv[2] ?? ''
assertIsLater(before, version)
if (execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' }) !== '') {
  throw new Error('There are uncommitted changes: commit them before a release.')
}
if (repositoryAddress(root) === undefined) {
  throw new Error(
    'The packages must name their repository, or npm refuses their provenance: set its public address with ' +
      '`git remote add origin https://…`.',
  )
}
run('npm', 'run', 'check')
try {
  change('CHANGELOG.md', (text) => releasedChangelog(text, version, new Date().toISOString().slice(0, 10)))
  for (const workspace of globSync('{.,packages/*,apps/*,examples/*}/package.json', { cwd: root })) {
    change(workspace, (text) => withVersion(text, before, version))
  }
  run('npm', 'run', 'lock')
  run('npm', 'run', 'pack')
} catch (error) {
  // Everything was committed, so that this undoes only what was written above.
  run('git', 'restore', '.')
  throw error
}

process.stdout.write(`
Check the changes and dist/. Then publish from continuous integration, which has an identity for provenance:

  git commit --all --message "Release ${version}" && git tag v${version} && git push --follow-tags
  for tarball in dist/*.tgz; do npm publish "$tarball" --access public --provenance; done
`)
