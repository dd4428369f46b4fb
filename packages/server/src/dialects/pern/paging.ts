import { limits } from '@parley/protocol'

export interface Stretch {
  limit: number
  offset: number
}

/** What stands in the address, where it is a number that can be served; else the usual. */
const readNumber = (text: string | undefined, usual: number, least: number, most: number): number => {
  const number = Number.parseInt(text ?? '', 10)
  return Number.isNaN(number) ? usual : Math.min(Math.max(number, least), most)
}

export const readStretch = (query: Record<string, string>): Stretch => ({
  limit: readNumber(query.limit, 50, 1, limits.page),
  offset: readNumber(query.offset, 0, 0, Number.MAX_SAFE_INTEGER),
})
