import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

interface AvatarProps {
  /** What the initials come from. */
  name: string
  /** What the colour comes from: an id, so that a new name keeps the colour. */
  seed: string
  imageUrl?: string | null
  size?: 'small' | 'medium' | 'large'
  /** Round for a person, softly square for a group. */
  shape?: 'circle' | 'square'
  /** Drawn instead of initials. */
  symbol?: ReactNode
  /** A mark on the corner. */
  children?: ReactNode
}

const hues = 8

/** The same colour for the same seed, on every device. */
export function hueOf(seed: string): number {
  let sum = 0
  for (const character of seed) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return sum % hues
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u)
  const first = firstLetter(words[0])
  const last = words.length > 1 ? firstLetter(words.at(-1)) : ''
  return (first + last).toLocaleUpperCase()
}

const firstLetter = (word = ''): string => [...word].find((character) => /[\p{L}\p{N}]/u.test(character)) ?? ''

/** Decoration: the name stands beside it, so assistive technology skips it. */
export function Avatar({ name, seed, imageUrl, size = 'medium', shape = 'circle', symbol, children }: AvatarProps) {
  return (
    <span className={classNames('parley-avatar', `parley-avatar--${size}`, `parley-avatar--${shape}`)}>
      <span className="parley-avatar__face" data-hue={hueOf(seed)} aria-hidden="true">
        {imageUrl ? <img src={imageUrl} alt="" loading="lazy" draggable={false} /> : (symbol ?? initialsOf(name))}
      </span>
      {children}
    </span>
  )
}
