import { expect, test } from 'vitest'
import { fileNameParts } from './file-name.ts'
import { formatDuration, formatFileSize } from './file-size.ts'

test('a name is divided so that its end can stay visible', () => {
  expect(fileNameParts('Quarterly report of the harbour (2).pdf')).toEqual({
    start: 'Quarterly report of the harbour',
    end: ' (2).pdf',
    extension: 'pdf',
  })
  expect(fileNameParts('README')).toEqual({ start: 'RE', end: 'ADME', extension: '' })
  expect(fileNameParts('a.b')).toEqual({ start: '', end: 'a.b', extension: 'b' })
})

test('marks that change the direction of a name are removed, so that its real extension is shown at its end', () => {
  const { start, end, extension } = fileNameParts('invoice\u202Egpj.exe')
  expect(start + end).toBe('invoicegpj.exe')
  expect(extension).toBe('exe')
})

test('a character of two code units is not divided', () => {
  const { start, end } = fileNameParts('👍👍👍👍👍👍.png')
  expect(start.isWellFormed() && end.isWellFormed()).toBe(true)
})

test('formats sizes and durations', () => {
  expect(formatFileSize(0)).toBe('0 bytes')
  expect(formatFileSize(48_213)).toBe('48 kB')
  expect(formatFileSize(2_400_000)).toBe('2.4 MB')
  expect(formatFileSize(999_999)).toMatch(/kB/)
  expect(formatDuration(14_200)).toBe('0:14')
  expect(formatDuration(3_725_000)).toBe('1:02:05')
  expect(formatDuration(-5)).toBe('0:00')
})
