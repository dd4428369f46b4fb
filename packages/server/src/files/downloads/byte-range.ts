import type { ByteRange } from '../../storage/blobs/blob-store.ts'

/**
 * The bytes that a `Range` header asks for, first and last included. Undefined for the whole file: without a header,
 * for several ranges, a malformed one, or one that ends before its start. Null if the range lies outside the file. An
 * end behind the file becomes its last byte, and more last bytes than there are become all.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | null | undefined {
  const [, first = '', last = ''] = header?.match(/^bytes=(\d{0,15})-(\d{0,15})$/) ?? []
  if (first === '' && last === '') return undefined
  if (first === '')
    return size > 0 && Number(last) > 0 ? { start: Math.max(0, size - Number(last)), end: size - 1 } : null
  const range = { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
  if (last !== '' && Number(last) < range.start) return undefined
  return range.start < size ? range : null
}
