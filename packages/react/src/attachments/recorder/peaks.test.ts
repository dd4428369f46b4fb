import { expect, test } from 'vitest'
import { peaksOf } from './peaks.ts'

test('a waveform has 64 heights, and the greatest is 100', () => {
  const samples = Float32Array.from({ length: 6_400 }, (_, at) => (at < 3_200 ? 0.1 : -0.5))
  const peaks = peaksOf(samples)
  expect(peaks).toHaveLength(64)
  expect(peaks.slice(0, 32).every((peak) => peak === 20)).toBe(true)
  expect(peaks.slice(32).every((peak) => peak === 100)).toBe(true)
})

test('silence has a flat waveform, and a sound of fewer samples than heights has one, too', () => {
  expect(peaksOf(new Float32Array(1_000))).toEqual(Array.from({ length: 64 }, () => 0))
  expect(peaksOf(new Float32Array(0))).toHaveLength(64)
  expect(peaksOf([0.001, 0.002, 0.001]).every((peak) => peak >= 0 && peak <= 100)).toBe(true)
})
