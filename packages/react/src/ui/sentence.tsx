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
 * A sentence with an element, the `children`, inside it. `text` is called with a mark in place of the element and must
 * use it exactly once: without it the element comes last, and what follows a second one is lost.
 *
 * @example <Sentence text={texts.youMade}><bdi>{title}</bdi></Sentence>
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
