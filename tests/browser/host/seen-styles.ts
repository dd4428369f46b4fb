import type { Page } from 'playwright-core'

interface SeenElement {
  name: string
  styles: Record<string, string>
}

/** The computed styles of each element that matches the selector: these properties, or all. */
export const seenStyles = (page: Page, selector: string, names?: readonly string[]): Promise<SeenElement[]> =>
  page.locator(selector).evaluateAll(
    (elements, wanted) =>
      elements.map((element) => {
        const style = getComputedStyle(element)
        const properties = wanted ?? [...style].filter((name) => !name.startsWith('--'))
        return {
          name: `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`,
          styles: Object.fromEntries(properties.map((name) => [name, style.getPropertyValue(name)])),
        }
      }),
    names,
  )

/**
 * The differences of two results of `seenStyles`, a line for each element and property; only the counts if these
 * differ.
 */
export function differences(before: readonly SeenElement[], after: readonly SeenElement[]): string[] {
  if (before.length !== after.length) return [`${before.length} elements, and ${after.length}`]
  return before.flatMap(({ name, styles }, at) =>
    Object.entries(styles)
      .filter(([property, value]) => after[at]?.styles[property] !== value)
      .map(([property, value]) => `${name} ${property}: ${value} → ${after[at]?.styles[property]}`),
  )
}

/** The properties that a host's page sets on elements by their names. */
export const looks = [
  'box-sizing',
  'margin',
  'padding',
  'border',
  'border-radius',
  'background-color',
  'box-shadow',
  'color',
  'cursor',
  'display',
  'float',
  'font',
  'letter-spacing',
  'list-style',
  'max-width',
  'min-height',
  'text-align',
  'text-decoration-line',
  'text-indent',
  'text-transform',
  'white-space',
  'word-spacing',
  'width',
  'height',
]
