import { expect, test } from 'vitest'
import { fileNameParts } from './file-name.ts'
import { formatDuration, formatFileSize } from './file-size.ts'

test('the end of a long name stays in sight', () => {
  expect(fileNameParts('Quarterly report of the harbour (2).pdf')).toEqual({
    start: 'Quarterly report of the harbour',
    end: ' (2).pdf',
    ending: 'pdf',
  })
  expect(fileNameParts('README')).toEqual({ start: 'RE', end: 'ADME', ending: '' })
  expect(fileNameParts('a.b')).toEqual({ start: '', end: 'a.b', ending: 'b' })
})

test('marks that turn the direction of a name are gone, so its ending is what is shown as the ending', () => {
  const { start, end, ending } = fileNameParts('invoice\u202Egpj.exe')
  expect(start + end).toBe('invoicegpj.exe')
  expect(ending).toBe('exe')
})

test('a letter of two units is not cut in half', () => {
  const { start, end } = fileNameParts('👍👍👍👍👍👍.png')
  expect(start.isWellFormed() && end.isWellFormed()).toBe(true)
})

test('sizes and durations are short', () => {
  expect(formatFileSize(0)).toBe('0 bytes')
  expect(formatFileSize(48_213)).toBe('48 kB')
  expect(formatFileSize(2_400_000)).toBe('2.4 MB')
  expect(formatFileSize(999_999)).toMatch(/kB/)
  expect(formatDuration(14_200)).toBe('0:14')
  expect(formatDuration(3_725_000)).toBe('1:02:05')
  expect(formatDuration(-5)).toBe('0:00')
})
