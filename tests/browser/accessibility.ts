import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** The violations that axe finds on the whole page, as "rule: element"; an empty array if there are none. */
export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (Reflect.get(globalThis, 'axe') as typeof axe).run(document)
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, html }) => `${id}: ${target} ${html.slice(0, 200)}`),
    )
  })
}

/**
 * The visible controls that are lower than the 44 px that a finger needs, as "height: element"; an empty array if there
 * are none.
 */
export const smallTargetsOn = (page: Page): Promise<string[]> =>
  page.locator('button, input:not([type="radio"]), textarea, nav a').evaluateAll((controls) =>
    controls
      .filter((control) => control.checkVisibility({ opacityProperty: true }))
      .map((control) => ({ html: control.outerHTML.slice(0, 200), height: control.getBoundingClientRect().height }))
      // Half a pixel is how a browser rounds.
      .filter(({ height }) => height > 0 && height < 43.5)
      .map(({ html, height }) => `${height} px: ${html}`),
  )

/** Presses Tab `presses` times; resolves with the elements that had the focus then without showing it. */
export async function hiddenFocusOn(page: Page, presses: number): Promise<string[]> {
  const hidden: string[] = []
  for (let count = 0; count < presses; count++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate(() => {
      const focused = document.activeElement
      if (!focused || focused === document.body) return null
      const shown = [focused, focused.closest('[data-by-keyboard="true"]')]
      const hasRing = shown.some((element) => element && getComputedStyle(element).outlineStyle !== 'none')
      return hasRing ? null : focused.outerHTML.slice(0, 200)
    })
    if (found !== null) hidden.push(found)
  }
  return hidden
}
