import { LinkifyIt } from 'linkify-it'

export interface FoundLink {
  /** Where it stands in the text. */
  start: number
  end: number
  href: string
  /** What it says: as it was written, with signs that turn the direction of writing as codes. */
  text: string
  /** Where it leads, if what it says could deceive a reader about that. */
  host?: string
}

/** So far is an address after `www.` looked at. */
const longest = 2_000

const finder = new LinkifyIt({ fuzzyEmail: true })
  .add('ftp:', null)
  .add('//', null)
  // Of addresses without a scheme only these are links: words with a dot between them are mostly not meant as such.
  .add('www.', {
    validate(text, at, self) {
      const rest = text.slice(at, at + longest)
      if (!/^[^\s/?#.]+\./u.test(rest)) return 0
      return Math.max(0, self.testSchemaAt(`//${rest}`, 'http:', 0) - 2)
    },
    normalize(match) {
      match.url = `http://${match.url}`
    },
  })

// Written out as codes: in the source, as in a message, they would turn what stands behind them.
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * The addresses in a text, in their order: `http`, `https`, `www.` and those of mail. `MessageText` loads this file when a
 * text has a sign of one.
 */
export function findLinks(text: string): FoundLink[] {
  return (finder.match(text) ?? []).flatMap((match) => {
    if (!URL.canParse(match.url)) return []
    const url = new URL(match.url)
    const shown = match.raw.replace(turning, encodeURIComponent)
    const link = { start: match.index, end: match.lastIndex, href: match.url, text: shown }
    return [isDeceptive(url.host, match.raw) ? { ...link, host: url.host } : link]
  })
}

/**
 * Letters of other scripts look like ours. Below a top-level domain in a script of its own nothing can pass for an address in
 * ours; a name before an `@`, which looks like a host, ends the link.
 */
const isDeceptive = (host: string, raw: string): boolean =>
  host.includes('xn--') && !/xn--[^.]+(:\d+)?$/u.test(host) && !raw.includes(host)
