import { limits } from '@parley/protocol'

export interface PageRequest {
  limit: number
  offset: number
}

/** A number of the query, limited to `least` to `most`; `usual` if it is no number. */
const readNumber = (text: string | undefined, usual: number, least: number, most: number): number => {
  const number = Number.parseInt(text ?? '', 10)
  return Number.isNaN(number) ? usual : Math.min(Math.max(number, least), most)
}

/**
 * Reads `limit` (1 to 100) and `offset` (from 0) of the query. A number outside is moved to the nearest bound, a text
 * that begins with no number becomes the default, 50 and 0; of `12.5x` the 12 counts. Never throws.
 */
export const readPageRequest = (query: Record<string, string>): PageRequest => ({
  limit: readNumber(query.limit, 50, 1, limits.page),
  offset: readNumber(query.offset, 0, 0, Number.MAX_SAFE_INTEGER),
})
