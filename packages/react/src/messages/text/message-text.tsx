import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import type { FoundLink } from './find-links.ts'
import { linkFinder, loadLinkFinder, onLinkFinder } from './load-link-finder.ts'

/** A text without any of these contains no link. */
const linkHint = /:\/\/|www\.|@|mailto:/iu

/**
 * A text as it was typed, with addresses as links that open a new tab; behind one that could imitate another host
 * stands its real host. React renders it as text, so markup in it has no effect. The link finder is loaded with the
 * first text that may contain a link; until then the text has no links, and after a failure not until a later such text
 * is mounted, which tries again.
 */
export function MessageText({ text }: { text: string }) {
  const mayHaveLinks = linkHint.test(text)
  const find = useSyncExternalStore(onLinkFinder, linkFinder, linkFinder)
  useEffect(() => {
    if (mayHaveLinks && !find) void loadLinkFinder()
  }, [mayHaveLinks, find])
  if (!mayHaveLinks || !find) return <>{text}</>
  const parts: ReactNode[] = []
  let end = 0
  for (const link of find(text)) {
    parts.push(text.slice(end, link.start), <Link key={link.start} {...link} />)
    end = link.end
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  )
}

function Link({ href, text, host }: FoundLink) {
  return (
    <>
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {text}
      </a>
      {host !== undefined && <bdi className="parley-link-host">{` → ${host}`}</bdi>}
    </>
  )
}
