import type { ReactNode } from 'react'

interface SentenceProps {
  /** Makes the sentence with this text in its place, which depends on the language. */
  text: (inserted: string) => string
  /** The element that is inserted. */
  children: ReactNode
}

// A character that no text contains: the noncharacter U+FFFF.
const mark = '\uffff'

/**
 * A sentence with an element inside it.
 *
 * @example <Sentence text={texts.invitedTo}><bdi>{title}</bdi></Sentence>
 */
export function Sentence({ text, children }: SentenceProps) {
  const [before, after] = text(mark).split(mark)
  return (
    <>
      {before}
      {children}
      {after}
    </>
  )
}
