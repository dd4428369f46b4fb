import type { ReactNode } from 'react'

// Punctuation at the end belongs to the sentence, not to the address.
const address = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/gu

/** Text as it was typed, with addresses as links. Everything goes through React, so nothing in it can be markup. */
export function MessageText({ text }: { text: string }) {
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(address)) {
    parts.push(
      text.slice(end, match.index),
      <a key={match.index} href={match[0]} target="_blank" rel="noopener noreferrer nofollow">
        {match[0]}
      </a>,
    )
    end = match.index + match[0].length
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  )
}
