import { LinkifyIt } from 'linkify-it'

export interface FoundLink {
  /** Index of the first character in the text. */
  start: number
  /** Index after the last character. */
  end: number
  href: string
  /** The address as it was written, but with marks that change the direction of text as percent codes. */
  text: string
  /** The real host (punycode), if letters of other scripts in `text` could imitate another one. */
  host?: string
}

/** Only so many characters after `www.` are examined. */
const longestAddress = 2_000

const finder = new LinkifyIt({ fuzzyEmail: true })
  .add('ftp:', null)
  .add('//', null)
  // The only addresses without a scheme that become links: other words with a dot between them are rarely addresses.
  .add('www.', {
    validate(text, at, self) {
      const rest = text.slice(at, at + longestAddress)
      if (!/^[^\s/?#.]+\./u.test(rest)) return 0
      return Math.max(0, self.testSchemaAt(`//${rest}`, 'http:', 0) - 2)
    },
    normalize(match) {
      match.url = `http://${match.url}`
    },
  })

// Escaped, because the characters themselves would change the direction of the following source text.
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * The addresses in a text, in order, each with its place (`start`, and `end` after its last character); an empty array
 * if there are none: those with `http:`, `https:` or `mailto:`, those that begin with `www.` (`href` adds `http://`;
 * only the first 2,000 characters count), and mail addresses (`href` adds `mailto:`). No other words with a dot, and no
 * invalid URLs. `text` is the address as written, with direction marks as percent codes. `host`, the real one, is set
 * only for a link whose letters could imitate another host.
 */
export function findLinks(text: string): FoundLink[] {
  return (finder.match(text) ?? []).flatMap((match) => {
    if (!URL.canParse(match.url)) return []
    const url = new URL(match.url)
    const shown = match.raw.replace(directionMarks, encodeURIComponent)
    const link = { start: match.index, end: match.lastIndex, href: match.url, text: shown }
    return [isDeceptive(url.host, match.raw) ? { ...link, host: url.host } : link]
  })
}

/**
 * Could the letters of another script in this host be mistaken for Latin ones? Not if its top-level domain is in that
 * script, too, and no part of the host mixes scripts; and not if the text shows the punycode itself.
 * (`http://good.example@evil.example`: the link ends before the `@`.)
 */
const isDeceptive = (host: string, raw: string): boolean =>
  host.includes('xn--') && !raw.includes(host) && (!/xn--[^.]+(:\d+)?$/u.test(host) || mixesScripts(raw))

/** Has a part of the host letters like Latin ones beside Latin ones? */
const mixesScripts = (raw: string): boolean => {
  const [host = ''] = raw.replace(/^[a-z]+:\/\//iu, '').split(/[/?#]/u)
  return host
    .split('.')
    .some((part) => /\p{Script=Latin}/u.test(part) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(part))
}
