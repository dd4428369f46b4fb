import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong on a page, as "rule: element"; empty if nothing. */
export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (Reflect.get(globalThis, 'axe') as typeof axe).run(document)
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, html }) => `${id}: ${target} ${html.slice(0, 200)}`),
    )
  })
}

/** The controls in sight that are lower than the 44 px that a finger needs, as "height: element". */
export const smallTargetsOn = (page: Page): Promise<string[]> =>
  page.locator('button, input:not([type="radio"]), textarea, nav a').evaluateAll((controls) =>
    controls
      .filter((control) => control.checkVisibility({ opacityProperty: true }))
      .map((control) => ({ html: control.outerHTML.slice(0, 200), height: control.getBoundingClientRect().height }))
      // Half a pixel is how a browser rounds.
      .filter(({ height }) => height > 0 && height < 43.5)
      .map(({ html, height }) => `${height} px: ${html}`),
  )

/** Presses Tab this often; resolves with the elements that have the focus then without showing it. */
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
