import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallTargetsOn } from './accessibility.ts'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor

beforeAll(async () => {
  stage = await startStage()
  ana = await stage.visitor({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
})
afterAll(() => stage?.close())

const list = () => ana.page.getByRole('navigation', { name: 'Conversations' })

const tooSmall = () => smallTargetsOn(ana.page)

test('a phone shows one pane at a time, with a way back by button and by gesture', async () => {
  expect(await tooSmall()).toEqual([])
  await ana.register('ana', 'Ana Moreau')
  expect(await tooSmall()).toEqual([])
  await ana.createRoom('Kitchen')
  expect(await list().isVisible()).toBe(false)
  await ana.say('Hello from the bus')
  await ana.sees('Hello from the bus')
  expect(await tooSmall()).toEqual([])

  await ana.button('Back to the conversations').click()
  await list().waitFor()
  expect(await ana.composer.count()).toBe(0)
  await ana.open('Kitchen')
  await ana.page.goBack()
  await list().waitFor()
})

test('M4: the panel is a pane of its own, and as wide as the page even with a long name in it', async () => {
  await ana.open('Kitchen')
  const conversationId = new URL(ana.page.url()).pathname.slice('/c/'.length)
  const bo = await stage.server.connect(await stage.server.register('bo'))
  await bo.ask('user.update', { displayName: 'Bartholomew Featherstonehaugh-Cholmondeley of the Wharf' })
  await bo.ask('membership.join', { conversationId })
  await ana.button('Members and settings').click()
  await ana.panel.getByRole('list', { name: 'Members' }).waitFor()
  expect(await ana.composer.isVisible()).toBe(false)
  expect(await tooSmall()).toEqual([])
  const menu = await ana.panel.getByRole('button', { name: 'More about Bartholomew' }).boundingBox()
  expect((menu?.x ?? 390) + (menu?.width ?? 0)).toBeLessThan(390)
  await ana.panel.getByRole('button', { name: 'Close' }).click()
  await ana.composer.waitFor()
})

test('E10: Back leads from the panel to the conversation, and from there to the list', async () => {
  await ana.button('Members and settings').click()
  await ana.panel.waitFor()
  await ana.page.goBack()
  await ana.panel.waitFor({ state: 'detached' })
  await ana.composer.waitFor()
  await ana.button('Members and settings').click()
  await ana.panel.getByRole('button', { name: 'Close' }).click()
  await ana.panel.waitFor({ state: 'detached' })
  await ana.page.goBack()
  await list().waitFor()
  await ana.open('Kitchen')
})

test('two quick presses close the panel and do not leave the conversation', async () => {
  await ana.button('Members and settings').click()
  const close = ana.panel.getByRole('button', { name: 'Close' })
  await close.evaluate((button: HTMLElement) => {
    button.click()
    button.click()
  })
  await ana.panel.waitFor({ state: 'detached' })
  await ana.page.goBack()
  await list().waitFor()
  await ana.open('Kitchen')
})

test('a long press on a message opens its actions', async () => {
  const finger = await ana.touches(ana.message('Hello from the bus').locator('[data-anchor]'))
  await ana.dialog.waitFor()
  await finger.lifts()
  expect(await tooSmall()).toEqual([])
  await ana.dialog.getByRole('button', { name: 'Edit' }).tap()
  await ana.composer.fill('Hello from the train')
  await ana.button('Save').tap()
  await ana.message('Hello from the train').filter({ hasText: 'edited' }).waitFor()
})

test('nothing makes the page scroll sideways or zoom', async () => {
  const [scroll, view] = await ana.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  expect(scroll).toBe(view)
  // The name of a long room stays on one line of the field.
  const height = () => ana.composer.evaluate((field) => field.clientHeight)
  const usual = await height()
  await ana.button('Back to the conversations').click()
  await ana.createRoom('The room of everybody who ever sailed from here to there')
  expect(await height()).toBe(usual)
  // iOS zooms into a field whose letters are smaller than 16 px.
  expect(await ana.composer.evaluate((field) => Number.parseFloat(getComputedStyle(field).fontSize))).toBe(16)
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
