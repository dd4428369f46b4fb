import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)

/** Fails if a tracked file differs from the commit. */
const check = 'git diff --quiet'

/** A committed repository with the release program, in which npm's scripts are these. */
async function repositoryWith(
  scripts: Record<'check' | 'lock' | 'pack', string>,
  origin = 'https://git.example/chat.git',
) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-release-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'packaging'))
  for (const file of ['release.ts', 'release-notes.ts', 'repository-address.ts']) {
    await cp(join(import.meta.dirname, file), join(folder, 'packaging', file))
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ version: '0.1.0', type: 'module', scripts }, null, 2))
  await writeFile(join(folder, 'CHANGELOG.md'), '# Changelog\n\n## Unreleased\n\n- Pins.\n')
  const author = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.org']
  const git = async (...args: string[]) => (await run('git', [...author, ...args], { cwd: folder })).stdout
  await git('init', '--quiet')
  await git('add', '.')
  await git('commit', '--quiet', '--message', 'Begin')
  await git('remote', 'add', 'origin', origin)
  return {
    release: () => run(process.execPath, [join('packaging', 'release.ts'), '0.2.0'], { cwd: folder }),
    read: (file: string) => readFile(join(folder, file), 'utf8'),
    changes: () => git('status', '--porcelain'),
  }
}

test.each([
  ['check', { check: 'exit 1', lock: 'exit 0', pack: 'exit 0' }],
  ['lock', { check, lock: 'exit 1', pack: 'exit 0' }],
  ['pack', { check, lock: 'exit 0', pack: 'exit 1' }],
])('a release whose script %s fails leaves the files as they were', async (name, scripts) => {
  const { release, changes } = await repositoryWith(scripts)
  await expect(release()).rejects.toThrow(`npm run ${name}`)
  expect(await changes()).toBe('')
})

test('a release of a repository without a public address is refused, and changes nothing', async () => {
  const { release, changes } = await repositoryWith({ check, lock: 'exit 0', pack: 'exit 0' }, '/srv/git/chat')
  await expect(release()).rejects.toThrow('The packages must name their repository')
  expect(await changes()).toBe('')
})

test('a release checks the commit, then writes version and changelog, and prints how to publish', async () => {
  const { release, read } = await repositoryWith({ check, lock: 'exit 0', pack: 'exit 0' })
  expect((await release()).stdout).toContain('npm publish')
  expect(await read('package.json')).toContain('"version": "0.2.0"')
  expect(await read('CHANGELOG.md')).toMatch(/^## Unreleased\n\n## 0\.2\.0 \(\d{4}-\d\d-\d\d\)\n\n- Pins\.$/m)
})
