import { expect, test } from 'vitest'
import { parseStat, readUsage } from './process-usage.ts'
import { judge, ratioOf, spreadOf } from './summary.ts'

test('the median of an even number of rounds is the mean of the two in the middle', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 })
})

test('a ratio is the median of the ratios of each round', () => {
  const ratio = ratioOf('cpu', [{ cpu: 1 }, { cpu: 20 }, { cpu: 3 }], [{ cpu: 4 }, { cpu: 80 }, { cpu: 12 }])
  expect(ratio).toEqual({ median: 0.25, min: 0.25, max: 0.25 })
})

test('a bar is met at its limit and missed beyond it', () => {
  const rounds = { parley: [{ cpu: 1, rate: 8_000 }], plain: [{ cpu: 4, rate: 1 }] }
  const ratio = (atMost: number) =>
    judge({ figure: 'cpu', ratioTo: 'plain-socket-io', atMost }, { ...rounds, 'plain-socket-io': rounds.plain })
  expect(ratio(0.25)).toMatchObject({ value: 0.25, met: true })
  expect(ratio(0.24)).toMatchObject({ met: false })
  expect(judge({ figure: 'rate', atLeast: 8_000 }, rounds)).toMatchObject({ met: true })
  expect(judge({ figure: 'rate', atLeast: 8_001 }, rounds)).toMatchObject({ met: false })
})

test('a negative figure meets an upper limit', () => {
  expect(judge({ figure: 'growth', atMost: 16 }, { parley: [{ growth: -3 }] })).toMatchObject({ value: -3, met: true })
})

test('the usage of a process is read from its stat, also when its name contains brackets', () => {
  const fields = `S 1 1 1 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 11 0 1000 1000000 256 ${'0 '.repeat(20)}`
  expect(parseStat(`42 (node) ${fields}`)).toEqual({ cpuMs: 2_000, rssBytes: 256 * 4_096 })
  expect(parseStat(`42 (a ) b (c) ${fields}`)).toEqual({ cpuMs: 2_000, rssBytes: 256 * 4_096 })
})

test.runIf(process.platform === 'linux')('the usage of this process can be read', () => {
  const { cpuMs, rssBytes } = readUsage(process.pid)
  expect(cpuMs).toBeGreaterThan(0)
  expect(rssBytes).toBeGreaterThan(10 * 2 ** 20)
})
