import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor
let bo: Visitor

beforeAll(async () => {
  stage = await startStage()
  ana = await stage.visitor()
  await ana.register('ana', 'Ana Moreau')
  await ana.createRoom('Kitchen')
  for (const text of ['One', 'Two', 'Three']) await ana.say(text)
  await stage.server.register('bo')
  bo = await stage.signedIn('bo', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true })
  await bo.joinRoom('Kitchen')
  await bo.sees('Three')
})
afterAll(() => stage?.close())

const bar = (visitor: Visitor, text: string) => visitor.message(text).getByRole('group', { name: 'Message actions' })
const more = (text: string) => bar(ana, text).getByRole('button', { name: 'More actions' })
const menu = () => ana.page.getByRole('menu', { name: 'More actions' })
const bubble = (visitor: Visitor, text: string) => visitor.message(text).locator('[data-anchor]')

/** Can somebody who looks at the page see it? Playwright calls visible what is transparent. */
const isSeen = (element: Locator) => element.evaluate((own) => own.checkVisibility({ opacityProperty: true }))

/** Waits until an element has the focus. */
const focused = (element: Locator) =>
  expect.poll(() => element.evaluate((own) => own === document.activeElement)).toBe(true)

const press = async (...keys: string[]) => {
  for (const key of keys) await ana.page.keyboard.press(key)
}

/** Goes along the buttons of a row, until one has the focus. */
async function arrowTo(button: Locator) {
  for (let count = 0; count < 20; count++) {
    if (await button.evaluate((own) => own === document.activeElement)) return
    await press('ArrowRight')
  }
  throw new Error(`${button} is not reachable`)
}

/** What a list does to its rows from now on. */
const changesOf = (visitor: Visitor) =>
  visitor.page.locator('.parley-rows').evaluateHandle((list) => {
    const changes: string[] = []
    new MutationObserver((records) => {
      for (const { addedNodes, removedNodes } of records) changes.push(`+${addedNodes.length} -${removedNodes.length}`)
    }).observe(list, { childList: true })
    return changes
  })

test('the action bar appears with the pointer, moves nothing, and has Delete only in its menu', async () => {
  const places = () =>
    ana.page.locator('[data-anchor]').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))
  const before = await places()
  expect(await isSeen(bar(ana, 'Two'))).toBe(false)
  await ana.message('Two').hover()
  await expect.poll(() => isSeen(bar(ana, 'Two'))).toBe(true)
  expect(await isSeen(bar(ana, 'Three'))).toBe(false)
  expect(await places()).toEqual(before)
  expect(await bar(ana, 'Two').getByRole('button', { name: 'Delete' }).count()).toBe(0)

  await more('Two').click()
  await menu().getByRole('menuitem', { name: 'Delete' }).waitFor()
  await ana.page.mouse.move(0, 0)
  expect(await isSeen(bar(ana, 'Two'))).toBe(true)
  expect(await places()).toEqual(before)
  await ana.page.keyboard.press('Escape')
  await menu().waitFor({ state: 'detached' })
  await expect.poll(() => isSeen(bar(ana, 'Two'))).toBe(false)
})

test('using the mouse leaves the focus in the composer', async () => {
  await ana.composer.click()
  await ana.message('Two').hover()
  await more('Two').click()
  await menu().waitFor()
  await ana.page.keyboard.press('Escape')
  await focused(ana.composer)
})

test('a press elsewhere closes the menu and does nothing to the message', async () => {
  await bubble(ana, 'One').hover()
  await more('One').click()
  await menu().waitFor()
  await ana.heading('Kitchen').click()
  await menu().waitFor({ state: 'detached' })
  await ana.sees('One')

  await bubble(ana, 'One').hover()
  await more('One').click()
  await menu().waitFor()
  await more('One').click()
  await menu().waitFor({ state: 'detached' })
  // It does not come back either.
  await ana.page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))
  expect(await menu().count()).toBe(0)
})

test('by keyboard, the menu is reached from the row, and the focus returns to the row', async () => {
  const changes = await changesOf(ana)
  await ana.composer.focus()
  await press('Shift+F6', 'End', 'Enter')
  await arrowTo(more('Three'))
  await ana.page.keyboard.press('Enter')
  await focused(menu().getByRole('menuitem', { name: 'Who has read it' }))
  await press('ArrowDown')
  await focused(menu().getByRole('menuitem', { name: 'Delete' }))
  await ana.page.keyboard.press('Escape')
  await menu().waitFor({ state: 'detached' })
  await focused(ana.message('Three'))

  await press('Enter')
  await arrowTo(more('Three'))
  await press('Enter', 'ArrowDown', 'Enter')
  await ana.dialog.getByText('Delete this message?').waitFor()
  await ana.page.keyboard.press('Escape')
  await ana.dialog.waitFor({ state: 'detached' })
  await focused(ana.message('Three'))
  expect(await changes.jsonValue()).toEqual([])
})

test('the list of readers of a message is updated when others read it', async () => {
  await bo.button('Back to the conversations').tap()
  await ana.say('Four')
  await ana.sees('Four', 'Delivered')
  await ana.chooses('Four', 'Who has read it')
  const people = (title: string) => ana.dialog.getByRole('region', { name: title }).getByRole('listitem')
  await people('Delivered to').getByText('@bo').waitFor()
  expect(await people('Read by').count()).toBe(0)
  await bo.open('Kitchen')
  await people('Read by').getByText('@bo').waitFor()
  expect(await people('Delivered to').count()).toBe(0)
  expect(await ana.dialog.getByText('@ana').count()).toBe(0)
  await ana.dialog.getByRole('button', { name: 'Close' }).click()
  // Of others one does not learn what they have read.
  expect(await bar(bo, 'Four').getByRole('button', { name: 'More actions' }).count()).toBe(0)
})

test('M7: on touch a tap shows no action, and scrolling opens nothing', async () => {
  await bubble(bo, 'One').tap()
  expect(await isSeen(bar(bo, 'One'))).toBe(false)
  const finger = await bo.touches(bubble(bo, 'Two'))
  await finger.moves({ x: 0, y: -40 })
  await finger.lifts()
  // A finger that rests opens the sheet of its message alone.
  const resting = await bo.touches(bubble(bo, 'One'))
  await bo.dialog.waitFor()
  await resting.lifts()
  expect(await bo.dialog.count()).toBe(1)
  expect(await bo.dialog.getByText('One', { exact: true }).count()).toBe(1)
})

test('the sheet has the actions that the user may use, fits a small screen, and closes by a tap beside it', async () => {
  await bo.dialog.getByRole('button', { name: 'Copy text' }).waitFor()
  expect(await bo.dialog.getByRole('button', { name: /Edit|Delete/ }).count()).toBe(0)
  const [scroll, view] = await bo.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  expect(scroll).toBe(view)
  const changes = await changesOf(bo)
  await bo.page.touchscreen.tap(160, 20)
  await bo.dialog.waitFor({ state: 'detached' })
  expect(await changes.jsonValue()).toEqual([])
})

test('a long press on a link opens the browser’s menu for the link', async () => {
  await ana.say('See https://example.org/soup')
  await bo.sees(/^See/)
  /** Does the browser's own menu stay away when a finger rests there? */
  const isTaken = (element: Locator) =>
    element.evaluate((own) => {
      const press = { pointerType: 'touch', isPrimary: true, bubbles: true }
      own.dispatchEvent(new PointerEvent('pointerdown', press))
      const menu = new MouseEvent('contextmenu', { bubbles: true, cancelable: true })
      own.dispatchEvent(menu)
      own.dispatchEvent(new PointerEvent('pointerup', press))
      return menu.defaultPrevented
    })
  expect(await isTaken(bo.page.getByRole('link', { name: 'https://example.org/soup' }))).toBe(false)
  expect(await isTaken(bubble(bo, 'Three'))).toBe(true)
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
