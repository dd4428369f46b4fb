import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

interface AvatarProps {
  /** The initials are made from it. */
  name: string
  /** The colour is made from it. Use an id, so that the colour stays when the name changes. */
  seed: string
  imageUrl?: string | null
  size?: 'small' | 'medium' | 'large'
  /** A circle for a person, a square with round corners for a group. */
  shape?: 'circle' | 'square'
  /** Shown if the name gives no initials. */
  symbol?: ReactNode
  /** A mark on its corner. */
  children?: ReactNode
}

const hues = 8

/** The number of a colour, 0..7: the same for the same seed on every device. */
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

/**
 * A picture or, without `imageUrl`, initials on the colour of `seed`: the first letter or digit of the first and of the
 * last word of `name`; the `symbol` if these have none. A picture that does not load is not replaced. All this is
 * hidden from screen readers, because the name is beside it; `children`, a mark on its corner, are not.
 */
export function Avatar({ name, seed, imageUrl, size = 'medium', shape = 'circle', symbol, children }: AvatarProps) {
  const initials = imageUrl ? '' : initialsOf(name)
  return (
    <span className={classNames('parley-avatar', `parley-avatar--${size}`, `parley-avatar--${shape}`)}>
      {/* The stylesheet shows the initials, because as text they would be a part of the label of a button around it. */}
      <span
        className="parley-avatar__face"
        data-hue={hueOf(seed)}
        data-initials={initials || undefined}
        aria-hidden="true"
      >
        {imageUrl ? <img src={imageUrl} alt="" loading="lazy" draggable={false} /> : initials === '' && symbol}
      </span>
      {children}
    </span>
  )
}
