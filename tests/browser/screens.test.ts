import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hiddenFocusOn, smallTargetsOn, violationsOn } from './accessibility.ts'
import { furnish } from './furnished-server.ts'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

/*
 * Every screen of the app, in each of its looks: axe finds no violation, and on a phone each control is high enough for a finger.
 * With LOOKS, a folder, it also leaves a picture of each there.
 */

const pictures = process.env.LOOKS

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const
const looks: Record<string, BrowserContextOptions> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { colorScheme: 'light', ...phone },
  // The same colours as on a large screen, so only for pictures.
  ...(pictures && { 'phone-dark': { colorScheme: 'dark', ...phone } }),
  forced: { colorScheme: 'dark', forcedColors: 'active' },
}

let stage: Stage
/** A server without a single account. */
let empty: Stage

beforeAll(async () => {
  ;[stage, empty] = await Promise.all([startStage(), startStage()])
  await furnish(stage.server)
})
afterAll(async () => {
  await stage?.close()
  await empty?.close()
})

/** Looks at one screen after the other. */
function viewer(look: string, found: string[]) {
  return async (visitor: Visitor, name: string) => {
    if (pictures) await visitor.page.screenshot({ path: `${pictures}/${name}-${look}.png` })
    const small = looks[look]?.isMobile ? await smallTargetsOn(visitor.page) : []
    for (const fault of [...(await violationsOn(visitor.page)), ...small]) found.push(`${name}: ${fault}`)
  }
}

type View = ReturnType<typeof viewer>

const closes = async (visitor: Visitor) => {
  await visitor.page.keyboard.press('Escape')
  await visitor.dialog.waitFor({ state: 'detached' })
}

/** What a button opens, and Escape closes. */
async function viewDialog(visitor: Visitor, view: View, name: string, open: () => Promise<unknown>) {
  await open()
  await visitor.dialog.waitFor()
  await view(visitor, name)
  await closes(visitor)
}

async function viewMessageMenus(ana: Visitor, view: View, text: string) {
  const bubble = ana.message(text).locator('[data-anchor]')
  if (await ana.page.evaluate(() => matchMedia('(pointer: coarse)').matches)) {
    await bubble.scrollIntoViewIfNeeded()
    const finger = await ana.touches(bubble)
    await ana.dialog.waitFor()
    await finger.lifts()
    await view(ana, 'message-sheet')
    await closes(ana)
    return
  }
  await bubble.hover()
  await view(ana, 'message-hover')
  await ana.message(text).getByRole('button', { name: 'More actions' }).click()
  await ana.page.getByRole('menuitem').first().waitFor()
  await view(ana, 'message-menu')
  await ana.page.keyboard.press('Escape')
  await ana.message(text).getByRole('button', { name: 'React', exact: true }).click()
  await ana.page.getByRole('toolbar', { name: 'React' }).waitFor()
  await view(ana, 'reactions')
  await ana.page.keyboard.press('Escape')
}

const toList = async (visitor: Visitor) => {
  const back = visitor.button('Back to the conversations')
  if (await back.isVisible()) await back.click()
}

test.each(Object.keys(looks))('nothing is wrong with the pages before a first conversation: %s', async (look) => {
  const found: string[] = []
  const view = viewer(look, found)
  const guest = await stage.visitor(looks[look])
  await guest.button('Sign in').waitFor()
  await view(guest, 'sign-in')
  await guest.button('Create an account').click()
  await view(guest, 'create-account')
  await guest.register(`new-${look}`, 'Newcomer')
  await view(guest, 'no-conversations')
  await guest.createRoom(`Shed ${look}`)
  await view(guest, 'new-room')
  const first = await empty.visitor(looks[look])
  await first.page.getByLabel('Display name').waitFor()
  await view(first, 'first-account')
  expect(found).toEqual([])
})

test.each(Object.keys(looks))('nothing is wrong with the conversations: %s', async (look) => {
  const found: string[] = []
  const view = viewer(look, found)
  const ana = await stage.signedIn('ana', looks[look])
  await ana.conversation('Design crew').waitFor()
  await view(ana, 'list')
  await ana.page.getByRole('button', { name: 'New', exact: true }).click()
  await ana.page.getByRole('menuitem', { name: 'New room' }).waitFor()
  await view(ana, 'new-menu')
  await ana.page.keyboard.press('Escape')
  await ana.open('Bo Lind')
  await ana.page
    .getByRole('button', { name: /^Open Pier 1/ })
    .getByRole('img')
    .waitFor()
  await view(ana, 'direct')
  await viewMessageMenus(ana, view, 'Yes. I will book the small room.')
  await ana.message('Light from the window, no flash.').scrollIntoViewIfNeeded()
  await view(ana, 'direct-above')
  await viewDialog(ana, view, 'photo', () => ana.page.getByRole('button', { name: /^Open Pier 1/ }).click())
  await ana.button('About this person').click()
  await ana.panel.waitFor()
  await view(ana, 'about-person')
  await ana.panel.getByRole('button', { name: 'Close' }).click()
  await toList(ana)
  await ana.open('Design crew')
  await view(ana, 'room')
  await ana.composer.fill('A draft')
  await view(ana, 'writing')
  await ana.composer.fill('')
  await ana.composer.press('ArrowUp')
  await ana.page.getByText('Editing your message').waitFor()
  await view(ana, 'editing')
  await ana.composer.press('Escape')
  await ana.button('Members and settings').click()
  await ana.panel.getByText('Fay Berg').waitFor()
  await view(ana, 'about-room')
  await ana.panel.getByRole('button', { name: 'Close' }).click()
  await toList(ana)
  await ana.open('Lunch')
  await view(ana, 'small-room')
  await ana.page.context().setOffline(true)
  await ana.page.getByText(/^You are offline/).waitFor()
  await view(ana, 'offline')
  await ana.page.context().setOffline(false)
  await ana.page.goto(`${stage.server.url}/c/unknown`)
  await ana.heading('This conversation is not open to you').waitFor()
  await view(ana, 'not-open')
  expect(found).toEqual([])
})

test.each(Object.keys(looks))('nothing is wrong with the menus and dialogs: %s', async (look) => {
  const found: string[] = []
  const view = viewer(look, found)
  const ana = await stage.signedIn('ana', looks[look])
  await viewDialog(ana, view, 'write', () => ana.begins('Write to somebody'))
  await viewDialog(ana, view, 'public-rooms', () => ana.begins('Public rooms'))
  await viewDialog(ana, view, 'make-room', () => ana.begins('New room'))
  await viewDialog(ana, view, 'contacts', () => ana.button(/^Contacts/).click())
  await ana.button(/^Your account/).click()
  await ana.page.getByRole('menuitem', { name: 'Settings' }).waitFor()
  await view(ana, 'account')
  await ana.page.keyboard.press('Escape')
  for (const section of ['Profile', 'Appearance', 'Devices', 'Privacy', 'Administration']) {
    await viewDialog(ana, view, `settings-${section.toLowerCase()}`, () => ana.opensSettings(section))
  }
  await ana.open('Lunch')
  await ana.button('Add to your message').click()
  await view(ana, 'add-menu')
  await viewDialog(ana, view, 'offer', () => ana.page.getByRole('menuitem', { name: 'Make an offer' }).click())
  await ana.button('Members and settings').click()
  await viewDialog(ana, view, 'add-people', () => ana.panel.getByRole('button', { name: 'Add people' }).click())
  await viewDialog(ana, view, 'room-settings', () => ana.panel.getByRole('button', { name: 'Settings' }).click())
  await viewDialog(ana, view, 'leave', () => ana.panel.getByRole('button', { name: 'Leave' }).click())
  await ana.panel.getByRole('button', { name: 'Close' }).click()
  await toList(ana)
  await ana.opensSettings('Administration')
  await ana.button('Open the administration').click()
  await ana.page.getByRole('list', { name: 'People' }).getByText('@fay').waitFor()
  await view(ana, 'administration')
  expect(found).toEqual([])
})

test('Tab leads to controls that all show the focus', async () => {
  const ana = await stage.signedIn('ana')
  await ana.open('Lunch')
  await ana.button('Members and settings').click()
  await ana.panel.getByText('Bo Lind').waitFor()
  expect(await hiddenFocusOn(ana.page, 40)).toEqual([])
})

test('no page reported an error', () => {
  expect(
    [...stage.problems, ...empty.problems].filter((problem) => !/ERR_INTERNET_DISCONNECTED/.test(problem)),
  ).toEqual([])
})
