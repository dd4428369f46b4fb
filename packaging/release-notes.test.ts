import { expect, test } from 'vitest'
import { assertIsLater, releasedChangelog, withVersion } from './release-notes.ts'

const changelog = '# Changelog\n\n## Unreleased\n\n- Pins.\n- Polls.\n\n## 0.1.0 (2026-11-01)\n\n- Chat.\n'

test('unreleased notes move under the version, and the section of unreleased notes is empty then', () => {
  const released = releasedChangelog(changelog, '0.2.0', '2026-12-01')
  expect(released).toBe(
    '# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- Pins.\n- Polls.\n\n## 0.1.0 (2026-11-01)\n\n- Chat.\n',
  )
  expect(() => releasedChangelog(released, '0.3.0', '2026-12-02')).toThrow('says nothing under')
  expect(releasedChangelog('## Unreleased\n\n- First.', '0.1.0', '2026-12-01')).toContain(
    '## 0.1.0 (2026-12-01)\n\n- First.',
  )
})

test.each([
  ['0.1.0', '0.1.1'],
  ['0.9.9', '0.10.0'],
  ['0.9.9', '1.0.0'],
])('%s may be followed by %s, but not the other way round, nor by itself', (before, after) => {
  expect(() => assertIsLater(before, after)).not.toThrow()
  expect(() => assertIsLater(after, before)).toThrow(`${before} is not later than ${after}.`)
  expect(() => assertIsLater(after, after)).toThrow('is not later')
})

test.each(['', '1.0', 'v1.0.0', '1.0.0-beta', '1.0.0.0'])('%j is no version', (after) => {
  expect(() => assertIsLater('0.1.0', after)).toThrow('A version is three numbers')
})

test('a package and its dependencies on our packages get the version, and other dependencies keep theirs', () => {
  const text = '{\n  "version": "0.1.0",\n  "dependencies": { "@parley/protocol": "0.1.0", "zod": "0.1.0" }\n}\n'
  expect(withVersion(text, '0.1.0', '0.2.0')).toBe(
    '{\n  "version": "0.2.0",\n  "dependencies": { "@parley/protocol": "0.2.0", "zod": "0.1.0" }\n}\n',
  )
})
