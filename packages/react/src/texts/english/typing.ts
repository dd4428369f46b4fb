import { formatNumber } from '../number-format.ts'

const list = new Intl.ListFormat('en', { type: 'conjunction' })

export const typing = {
  /** "Ana is typing", "Ana and Bo are typing", "3 people are typing"; empty without names. */
  areTyping(names: readonly string[]): string {
    if (names.length === 0) return ''
    if (names.length > 2) return `${formatNumber(names.length)} people are typing`
    return `${list.format(names)} ${names.length === 1 ? 'is' : 'are'} typing`
  },
}
