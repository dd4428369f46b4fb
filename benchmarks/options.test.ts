import { expect, test } from 'vitest'
import { roomsWithGuest } from './crowds.ts'
import { readOptions } from './options.ts'
import { scenarios } from './scenarios.ts'

const planOf = (...args: string[]) => readOptions(args).plans[0]

test('a scenario runs with its own settings, with its smallest ones by --smoke, and flags go before both', () => {
  expect(planOf('rooms')).toMatchObject({ rounds: 1, settings: { seconds: 600, numbers: { rate: 500 } } })
  expect(planOf('rooms', '--smoke')).toMatchObject({ settings: { seconds: 5, numbers: { rate: 200, size: 20 } } })
  expect(planOf('rooms', '--smoke', '--rate', '7', '--seconds', '2')).toMatchObject({
    settings: { seconds: 2, numbers: { rate: 7 } },
  })
})

test('only targets of the scenario are run, and unknown targets and bad numbers are refused', () => {
  expect(planOf('direct', '--targets', 'parley-postgres,parley-nodes')?.targets).toEqual(['parley-postgres'])
  expect(() => readOptions(['direct', '--targets', 'other'])).toThrow('There is no target "other"')
  expect(() => readOptions(['direct', '--seconds', '0'])).toThrow('--seconds takes a number above 0')
})

test('every goal of a scenario names one of its figures and of its targets', () => {
  for (const { bars, figures, grid, targets } of scenarios) {
    const inGrid = Object.keys(grid?.rows ?? {}).flatMap((row) => Object.keys(grid?.columns ?? {}).map((c) => row + c))
    const shown = new Set([...Object.keys(figures), ...inGrid])
    expect(bars.filter(({ figure }) => !shown.has(figure))).toEqual([])
    expect(bars.filter(({ target = 'parley' }) => !targets.includes(target))).toEqual([])
  }
})

test('the guest is in every room and is the last person of the crowd', () => {
  expect(roomsWithGuest(2, 2)).toEqual({
    people: 5,
    conversations: [
      { kind: 'room', people: [0, 1, 4] },
      { kind: 'room', people: [2, 3, 4] },
    ],
  })
})
