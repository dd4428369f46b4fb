import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changedKeys, emptyRecord, putAll, without } from './records.ts'

type Rows = Record<string, number>

/** Ids as they come, a few that every object has by itself, and so many that the tree gets branches. */
const key = fc.oneof(
  fc.integer({ min: 0, max: 2_000 }).map((n) => `c${n}`),
  fc.constantFrom('constructor', 'toString', '__proto__', ''),
)
const change = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.tuple(key, fc.nat()), { maxLength: 60 }).map((rows) => ({ put: rows })) },
  { weight: 1, arbitrary: key.map((gone) => ({ gone })) },
)
type Change = { put: [string, number][] } | { gone: string }

const changed = (record: Rows, given: Change): Rows =>
  'put' in given ? putAll(record, given.put) : without(record, given.gone)

function changedCopy(rows: ReadonlyMap<string, number>, given: Change): Map<string, number> {
  const copy = new Map(rows)
  if ('gone' in given) copy.delete(given.gone)
  else for (const [id, row] of given.put) copy.set(id, row)
  return copy
}

const sorted = (entries: Iterable<[string, number]>) => [...entries].sort(([one], [other]) => (one < other ? -1 : 1))

const differing = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>) =>
  [...new Set([...one.keys(), ...other.keys()])].filter((id) => one.get(id) !== other.get(id)).sort()

test('each version reads like a copy from its time, also after later changes, and the difference of two versions is found', () => {
  const history = fc.array(fc.tuple(change, fc.nat()), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(history, fc.boolean(), (steps, isBranching) => {
      const versions: { record: Rows; copy: Map<string, number> }[] = [{ record: emptyRecord, copy: new Map() }]
      for (const [given, from] of steps) {
        // A version that is not the last one may be the beginning of another history.
        const before = versions[isBranching ? from % versions.length : versions.length - 1] ?? versions[0]
        if (!before) continue
        versions.push({ record: changed(before.record, given), copy: changedCopy(before.copy, given) })
      }
      const last = versions.at(-1)
      for (const { record, copy } of versions) {
        expect(sorted(Object.entries(record))).toEqual(sorted(copy))
        for (const id of ['c1', 'c7', 'absent'])
          expect([record[id], id in record]).toEqual([copy.get(id), copy.has(id)])
        if (last) expect(changedKeys(record, last.record).sort()).toEqual(differing(copy, last.copy))
      }
    }),
  )
})

test('it reads like a plain object', () => {
  const record: Rows = putAll<number>(emptyRecord, [
    ['c1', 1],
    ['c2', 2],
  ])
  expect(record).toEqual({ c1: 1, c2: 2 })
  expect(Object.keys(record)).toEqual(['c1', 'c2'])
  expect({ ...record, c3: 3 }).toEqual({ c1: 1, c2: 2, c3: 3 })
  expect(JSON.stringify(record)).toBe('{"c1":1,"c2":2}')
  expect([record.c3, 'c3' in record, 'c1' in record, Object.hasOwn(record, 'c2')]).toEqual([
    undefined,
    false,
    true,
    true,
  ])
  expect(String(record)).toBe('[object Object]')
  expect(emptyRecord).toEqual({})
})

test('an app that writes into it gets an error', () => {
  const record: Rows = putAll<number>(emptyRecord, [['c1', 1]])
  expect(() => Object.assign(record, { c1: 2 })).toThrow(TypeError)
  expect(record.c1).toBe(1)
})

test('it keeps its identity where nothing changes', () => {
  const record: Rows = putAll<number>(emptyRecord, [['c1', 1]])
  expect(putAll(record, [['c1', 1]])).toBe(record)
  expect(putAll(record, [])).toBe(record)
  expect(without(record, 'c2')).toBe(record)
  expect(changedKeys(record, record)).toEqual([])
})
