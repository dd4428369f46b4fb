import { expect, test } from 'vitest'
import { publishedPackage } from './published-package.ts'
import { publicAddress } from './repository-address.ts'

test.each([
  'https://git.example/chat/parley.git',
  'https://git.example/chat/parley',
  'https://ana:secret@git.example/chat/parley.git/',
  'git@git.example:chat/parley.git',
  'git.example:chat/parley',
  'ssh://git@git.example:2222/chat/parley.git',
])('a repository at %s has a public address', (remote) => {
  expect(publicAddress(remote)).toBe('git+https://git.example/chat/parley.git')
})

test('a port of a public address is kept', () => {
  expect(publicAddress('https://git.example:8443/parley')).toBe('git+https://git.example:8443/parley.git')
})

test.each([
  '',
  '/srv/git/parley',
  '../parley.git',
  'file:///srv/parley',
  'C:\\parley',
  'git@127.0.0.1:parley',
  'https://git/parley',
])('a repository at %j has none', (remote) => {
  expect(publicAddress(remote)).toBeUndefined()
})

test('a published package names its folder in the repository, and none if that has no public address', () => {
  const workspace = { name: '@parley/client', version: '0.1.0', type: 'module', exports: {} } as const
  const url = 'git+https://git.example/chat/parley.git'
  expect(publishedPackage(workspace, url)).toMatchObject({
    repository: { type: 'git', url, directory: 'packages/client' },
  })
  expect(publishedPackage(workspace, undefined)).not.toHaveProperty('repository')
})
