import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Chat } from '@parley/client'
import { patience } from '@parley/server/testing/patience'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sharedChromium } from '../chromium.ts'
import { bundlePage } from './bundled-page.ts'
import { type HostSite, startHostSite } from './host-site.ts'
import { pageOfParts } from './page-of-parts.ts'
import { differences, looks, seenStyles } from './seen-styles.ts'

const parts = ['window', 'list', 'bubble', 'composer', 'typing', 'status']
const ours = ['/page.css', '/page.js']
const older = (name: string) => join(import.meta.dirname, 'react-18', 'node_modules', name)
const react18 = { react: older('react'), 'react-dom': older('react-dom') }
let site: HostSite
let bo: Chat
let room: string
let otherRoom: string
let context: BrowserContext
let page: Page
const problems: string[] = []

beforeAll(async () => {
  const [bundled, withReact18, hostile] = await Promise.all([
    bundlePage('pages/parts.tsx'),
    bundlePage('pages/parts.tsx', { replaced: react18 }),
    readFile(join(import.meta.dirname, 'hostile.css'), 'utf8'),
  ])
  site = await startHostSite({
    '/page.js': bundled.script,
    '/page.css': bundled.styles,
    '/react-18.js': withReact18.script,
    '/hostile.css': hostile,
    '/place.css': '.place { inline-size: 700px; max-inline-size: none; text-align: start } .tall { block-size: 480px }',
    '/friendly': pageOfParts(parts, ['/place.css', ...ours]),
    '/hostile': pageOfParts(parts, ['/place.css', ...ours, '/hostile.css']),
    '/bare': pageOfParts([], ['/hostile.css']),
    '/styled': pageOfParts([], ['/page.css', '/hostile.css']),
    '/slots': pageOfParts(['slotted'], ours),
    '/slots-hostile': pageOfParts(['slotted'], [...ours, '/hostile.css']),
    '/page': pageOfParts(['page'], ours),
    '/whole': pageOfParts(['whole'], ['/place.css', ...ours]),
    '/older': pageOfParts(parts, ['/place.css', '/page.css', '/react-18.js']),
  })
  const ana = await site.chatOf('ana')
  await site.chatOf('bo')
  const made = await ana.conversations.create({ name: 'Kitchen', userIds: ['bo'] })
  room = made.id
  otherRoom = (await ana.conversations.create({ name: 'Garden', userIds: ['bo'] })).id
  await ana.messages.send(room, 'The kettle is on').settled
  // Who comes now has the room from the start.
  bo = await site.chatOf('bo')
  await bo.messages.send(room, 'Two cups, please').settled
  const browser = await sharedChromium()
  context = await browser.newContext({
    viewport: { width: 1000, height: 900 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(patience.waitMs)
  await context.addCookies([{ name: 'user', value: 'ana', url: site.url }])
})
afterAll(async () => {
  await context?.close()
  await site?.close()
})
afterEach(() => page?.close())

async function open(path: string): Promise<Page> {
  page = await context.newPage()
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.goto(`${site.url}${path}?conversation=${room}&person=bo`)
  return page
}

const part = (name: string) => page.locator(`[data-part="${name}"]`)
const shown = () => part('window').getByText('Two cups, please').waitFor()

describe('each component by itself', () => {
  test('works alone: with its styles, texts, layout and behaviour', async () => {
    await open('/friendly')
    await shown()
    await part('list').getByRole('link', { name: 'Kitchen' }).click()
    expect(await page.getAttribute('body', 'data-chosen')).toBe(room)
    await part('bubble').getByText('The kettle is on').waitFor()
    await part('status').getByText('Online').waitFor()
    bo.typing.keystroke(room)
    await part('typing').getByText('Bo is typing').waitFor()
    const field = part('composer').getByRole('textbox', { name: 'Message Kitchen' })
    await field.fill('With milk')
    await field.press('Enter')
    // Only what is stored can be edited.
    const row = part('window').getByRole('listitem').filter({ hasText: 'With milk' })
    await row.getByText(/^(Sent|Delivered|Read)$/).waitFor({ state: 'attached' })
    await field.press('ArrowUp')
    await expect.poll(() => field.inputValue()).toBe('With milk')
    await field.press('Escape')
    // The words are English in a German page, and say so.
    expect(
      await page.locator('.parley').evaluateAll((roots) => roots.map((root) => root.getAttribute('lang'))),
    ).toEqual(Array(parts.length).fill('en'))
    const bubble = part('bubble').locator('.parley-bubble')
    expect(await bubble.evaluate((element) => getComputedStyle(element).backgroundColor)).not.toBe('rgba(0, 0, 0, 0)')
  })

  test('a composer that gets another conversation drops the edit of the first', async () => {
    await open('/friendly')
    await shown()
    const move = (id: string) => page.evaluate((detail) => void dispatchEvent(new CustomEvent('move', { detail })), id)
    const field = part('composer').getByRole('textbox')
    await part('composer').getByRole('textbox', { name: 'Message Kitchen' }).press('ArrowUp')
    await part('composer').getByText('Editing').waitFor()
    await move(otherRoom)
    await part('composer').getByRole('textbox', { name: 'Message Garden' }).waitFor()
    expect(await field.inputValue()).toBe('')
    expect(await part('composer').getByText('Editing').count()).toBe(0)
    await field.fill('For the garden')
    await field.press('Enter')
    const lastTextIn = (id: string) => bo.store.getState().conversations[id]?.lastMessage?.body
    await expect.poll(() => lastTextIn(otherRoom)).toMatchObject({ text: 'For the garden' })
    expect(bo.store.getState().conversations[room]?.messages.some(({ editedAt }) => editedAt !== null)).toBe(false)
  })

  test('a wide window leads back from the conversation of a member, which the person chose in it', async () => {
    await open('/friendly')
    await shown()
    await part('window').evaluate((place) => Object.assign(place.style, { inlineSize: '900px' }))
    await part('window').getByRole('button', { name: 'Members and settings' }).click()
    await part('window').getByRole('button', { name: 'More about Bo' }).click()
    await page.getByRole('menuitem', { name: 'Write to them' }).click()
    await part('window').getByRole('textbox', { name: 'Message Bo' }).waitFor()
    await part('window').getByRole('button', { name: 'Back to the conversations' }).click()
    await shown()
  })

  test('has a height if its parent has none, and else that of its parent', async () => {
    await open('/friendly')
    await shown()
    const heightOf = async (name: string) => (await part(name).locator('> .parley').boundingBox())?.height
    expect(await heightOf('window')).toBe(36 * 16)
    await part('window').evaluate((place) => Object.assign(place.style, { blockSize: '300px' }))
    expect(await heightOf('window')).toBe(300)
    expect(await part('window').getByRole('textbox').isVisible()).toBe(true)
  })

  test('adds no landmark and no heading to the page, unless the whole page is the chat', async () => {
    const taken =
      'main, nav, aside, header, footer, section[aria-label], h1, h2, h3, h4, [role="main"], [role="region"], [role="banner"]'
    const count = () => page.locator('.parley').locator(taken).count()
    await open('/friendly')
    await shown()
    await part('window').getByRole('button', { name: 'Members and settings' }).click()
    await part('window').getByRole('list', { name: 'Members' }).waitFor()
    expect(await count()).toBe(0)
    await open('/page')
    await page.getByText('Pick a conversation').waitFor()
    await page.getByRole('link', { name: 'Kitchen' }).waitFor()
    expect(await count()).toBe(0)
    await open('/whole')
    await page.getByRole('heading', { level: 1, name: 'Pick a conversation' }).waitFor()
    expect(await page.locator('.parley').locator('main, nav').count()).toBe(2)
  })

  test('M3: leaves focus and keys to the page until the user chooses a conversation', async () => {
    await open('/page')
    await page.getByRole('link', { name: 'Kitchen' }).waitFor()
    await page.keyboard.type('k')
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    await page.getByRole('link', { name: 'Kitchen' }).click()
    const composer = page.getByRole('textbox', { name: 'Message Kitchen' })
    await expect.poll(() => composer.evaluate((field) => field === document.activeElement)).toBe(true)
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.type('jk')
    expect(await composer.inputValue()).toBe('')
  })

  test('accepts files that are dropped on it, and leaves others to the page', async () => {
    await open('/friendly')
    await shown()
    const drop = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => {
          const dataTransfer = new DataTransfer()
          dataTransfer.items.add(new File(['a'], 'list.txt', { type: 'text/plain' }))
          const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true, composed: true })
          element.dispatchEvent(event)
          return event.defaultPrevented
        })
    expect(await drop('input.host')).toBe(false)
    expect(await page.getByText('list.txt').count()).toBe(0)
    expect(await drop('[data-part="composer"] textarea')).toBe(true)
    await part('composer').getByText('list.txt').waitFor()
  })
})

describe('beside the styles of a host', () => {
  /** What stands in a line of text looks like that line. */
  const inBlocks = '.parley:not(.parley-root--inline), .parley:not(.parley-root--inline) *'

  test('every element looks as in a page without styles', async () => {
    await open('/friendly')
    await shown()
    const wanted = await seenStyles(page, inBlocks, looks)
    await open('/hostile')
    await shown()
    await part('status').getByText('Online').waitFor()
    expect(differences(wanted, await seenStyles(page, inBlocks, looks))).toEqual([])
    expect(wanted.length).toBeGreaterThan(150)
  })

  test('elements of the host look the same as without our styles', async () => {
    const every = async (path: string) => {
      await open(path)
      return seenStyles(page, 'html, body, .host')
    }
    expect(differences(await every('/bare'), await every('/styled'))).toEqual([])
  })

  test('rules for our elements work in their layer; variables work anywhere', async () => {
    await open('/hostile')
    await shown()
    const style = (css: string) => page.addStyleTag({ content: css })
    const bubble = part('bubble').locator('.parley-bubble')
    const seen = (name: string) =>
      bubble.evaluate((element, wanted) => getComputedStyle(element).getPropertyValue(wanted), name)
    await style('@layer parley.host { .parley-bubble { padding: 33px } }')
    expect(await seen('padding-left')).toBe('33px')
    await style(':root { --parley-bubble-out: rgb(1, 2, 3) } [data-part="bubble"] { --parley-radius: 3px }')
    expect(await seen('background-color')).toBe('rgb(1, 2, 3)')
    expect(await seen('border-top-left-radius')).toBe('3px')
  })

  test('the colours are those of the nearest data-theme, else of the system', async () => {
    await open('/friendly')
    await shown()
    const scheme = () =>
      part('window')
        .locator('> .parley')
        .evaluate((root) => getComputedStyle(root).backgroundColor)
    const theme = (selector: string, name: string | null) =>
      page.locator(selector).evaluate((element, value) => {
        if (value === null) element.removeAttribute('data-theme')
        else element.setAttribute('data-theme', value)
      }, name)
    const [light, dark] = ['rgb(252, 251, 249)', 'rgb(22, 26, 25)']
    expect(await scheme()).toBe(light)
    await theme('html', 'dark')
    expect(await scheme()).toBe(dark)
    await theme('main', 'light')
    expect(await scheme()).toBe(light)
    await theme('main', null)
    await theme('html', null)
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await scheme()).toBe(dark)
    await theme('html', 'light')
    expect(await scheme()).toBe(light)
  })

  test('a data-theme works in any depth, and changes nothing else of the page', async () => {
    await open('/friendly')
    await shown()
    const coloursWith = (names: string[]) =>
      part('window').evaluate((place, themes) => {
        const around = [document.documentElement, document.body, document.querySelector('main'), place] as HTMLElement[]
        for (const [at, element] of around.entries()) element.dataset.theme = themes[at]
        const root = place.querySelector('.parley') as HTMLElement
        const inside = getComputedStyle(root).backgroundColor
        root.dataset.theme = 'dark'
        const own = getComputedStyle(root).backgroundColor
        delete root.dataset.theme
        return { outside: around.map((element) => getComputedStyle(element).colorScheme), inside, own }
      }, names)
    const [light, dark] = ['rgb(252, 251, 249)', 'rgb(22, 26, 25)']
    for (const [themes, inside] of [
      ['dark light dark light', light],
      ['light dark light dark', dark],
      ['light dark light system', light],
      ['dark light dark other', dark],
      ['system dark light other', light],
    ] as const) {
      const wanted = { outside: Array(4).fill('normal'), inside, own: dark }
      expect(await coloursWith(themes.split(' ')), themes).toEqual(wanted)
    }
  })
})

test('slots replace the header, bubble and composer, or wrap them', async () => {
  await open('/slots')
  await page.getByText('About Kitchen').waitFor()
  await page.getByText('No writing in here').waitFor()
  expect(await page.getByRole('textbox', { name: /^Message/ }).count()).toBe(0)
  const own = page.locator('.marked[data-own="true"][data-sender="Ana"]')
  await own.getByText('The kettle is on').waitFor()
  await page.locator('.marked[data-own="false"][data-sender="Bo"]').getByText('Two cups, please').waitFor()
})

test('content of a slot has the styles of the host, and our elements in it have not', async () => {
  const seen = async (path: string) => {
    await open(path)
    await page.getByText('Two cups, please').waitFor()
    await page.locator('[data-part="slotted"]').getByText('Online').last().waitFor()
    // What is inherited comes from the host's element around.
    const own = [
      'box-sizing',
      'margin',
      'padding',
      'border-width',
      'background-color',
      'box-shadow',
      'display',
      'float',
    ]
    return seenStyles(page, '.parley-bubble, .parley-bubble *, .parley-header, .parley-header *, .parley-status', own)
  }
  const friendly = await seen('/slots')
  const hostile = await seen('/slots-hostile')
  expect(friendly.length).toBeGreaterThan(10)
  const ofHost = (selector: string, names: string[]) =>
    page
      .locator(selector)
      .first()
      .evaluate((element, wanted) => wanted.map((name) => getComputedStyle(element).getPropertyValue(name)), names)
  expect(await ofHost('p.job', ['display', 'padding-top', 'background-color'])).toEqual(['flex', '7px', 'rgb(1, 2, 3)'])
  expect(await ofHost('.marked', ['padding-top'])).toEqual(['5px'])
  expect(await ofHost('button.job', ['text-transform'])).toEqual(await ofHost('button.host', ['text-transform']))
  expect(differences(friendly, hostile)).toEqual([])
})

test('React 18 shows the same, and can send', async () => {
  await open('/older')
  await shown()
  await part('status').getByText('Online').waitFor()
  const field = part('window').getByRole('textbox', { name: 'Message Kitchen' })
  await field.fill('From an older React')
  await field.press('Enter')
  await expect
    .poll(() => bo.store.getState().conversations[room]?.lastMessage?.body)
    .toMatchObject({ text: 'From an older React' })
  await part('window').getByRole('button', { name: 'Add to your message' }).click()
  await page.getByRole('menuitem').first().waitFor()
})

test('no page reported an error', () => {
  expect(problems).toEqual([])
})
