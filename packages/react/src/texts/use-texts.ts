import { useCallback, useContext } from 'react'
import { english, type TextOverrides, type Texts } from './english/english.ts'
import { errorText } from './error-text.ts'
import { TextsContext } from './texts-provider.ts'

const merged = new WeakMap<TextOverrides, Texts>()

function mergedWith(overrides: TextOverrides): Texts {
  const known = merged.get(overrides)
  if (known) return known
  const features = Object.entries(english).map(([feature, texts]) => [
    feature,
    { ...texts, ...overrides[feature as keyof Texts] },
  ])
  const texts: Texts = Object.fromEntries(features)
  merged.set(overrides, texts)
  return texts
}

/**
 * The texts of the components: English, with those that the application replaced, text by text; an object inside a
 * feature's texts is replaced as a whole. The same object until the application passes others. Works without a
 * `ChatProvider`, too.
 *
 * @example const texts = useTexts().messages; <button>{texts.send}</button>
 */
export function useTexts(): Texts {
  const overrides = useContext(TextsContext)
  return overrides ? mergedWith(overrides) : english
}

/** A function that returns a sentence about an error (see `errorText`). It is the same until the texts change. */
export function useErrorText(): (error: unknown) => string | null {
  const texts = useTexts()
  return useCallback((error) => errorText(error, texts), [texts])
}
