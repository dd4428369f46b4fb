import type { TestSocket } from '@parley/server/testing'
import { newId } from '@parley/server/testing/people'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor
let bo: TestSocket

beforeAll(async () => {
  stage = await startStage()
  bo = await stage.server.connect(await stage.server.register('bo'))
  ana = await stage.visitor()
})
afterAll(() => stage?.close())

const press = async (...keys: string[]) => {
  for (const key of keys) await ana.page.keyboard.press(key)
}
const type = (text: string) => ana.page.keyboard.type(text)

/** Waits until an element has the focus. */
const focused = (element: Locator) =>
  expect.poll(() => element.evaluate((own) => own === document.activeElement)).toBe(true)

/** Tab, until an element has the focus: it must be reachable. */
async function tabTo(element: Locator, key = 'Tab') {
  for (let count = 0; count < 40; count++) {
    if (await element.evaluate((own) => own === document.activeElement)) return
    await press(key)
  }
  throw new Error(`${element} is not reachable by ${key}`)
}

test('an account and a room are created by keyboard', async () => {
  await tabTo(ana.button('Create an account'))
  await press('Enter')
  await tabTo(ana.page.getByLabel('User name'), 'Shift+Tab')
  await type('ana')
  await press('Tab', 'Tab')
  await type('password of ana')
  await press('Enter')
  await ana.isIn()

  await tabTo(ana.button('New room'))
  await press('Enter')
  await tabTo(ana.dialog.getByLabel('Name'))
  await type('Library')
  await press('Enter')
  await ana.heading('Library').waitFor()
  await focused(ana.composer)
})

test('the focus moves to a near element if the focused one is removed', async () => {
  const cy = await stage.visitor()
  await cy.register('cy', 'Cy Mora')
  await cy.button('Write to somebody').press('Enter')
  await cy.dialog.waitFor()
  const { users } = await bo.ask('user.search', { query: 'cy' })
  await bo.ask('conversation.create', { name: 'Quay', visibility: 'private', userIds: users.map(({ id }) => id) })
  await cy.conversation('Quay').waitFor()
  await cy.page.keyboard.press('Escape')
  await cy.dialog.waitFor({ state: 'detached' })
  await focused(cy.button('Write to somebody'))
})

test('Enter sends, Shift+Enter makes a new line, and the focus stays', async () => {
  await type('one')
  await press('Shift+Enter')
  await type('two')
  await press('Enter')
  await ana.sees(/^one\ntwo$/)
  expect(await ana.composer.inputValue()).toBe('')
  await focused(ana.composer)
})

test('ArrowUp edits the user’s last message; Escape discards the edit and restores the draft', async () => {
  await type('third')
  await press('Enter')
  await ana
    .message('third')
    .getByText(/^(Sent|Delivered|Read)$/)
    .waitFor({ state: 'attached' })
  await press('ArrowUp')
  await expect.poll(() => ana.composer.inputValue()).toBe('third')
  await type(' thing')
  await press('Escape')
  expect(await ana.composer.inputValue()).toBe('')
  await ana.sees('third')

  await press('ArrowUp')
  await type(' thing')
  await press('Enter')
  await ana.message('third thing').filter({ hasText: 'edited' }).waitFor()
})

test('keys that are typed right after ArrowUp are appended to the message’s text', async () => {
  for (let round = 0; round < 20; round++) {
    await Promise.all([press('ArrowUp'), type('!')])
    expect(await ana.composer.inputValue()).toBe('third thing!')
    await press('Escape')
    expect(await ana.composer.inputValue()).toBe('')
  }
})

test('F6 moves the focus through the regions', async () => {
  const isIn = (selector: string) => focused(ana.page.locator(`${selector}:focus`))
  await press('F6')
  await isIn('nav *')
  await press('F6')
  await isIn('[data-row]')
  await press('F6')
  await focused(ana.composer)
  await press('Shift+F6')
  await isIn('[data-row]')
})

test('the field has a ring if the keyboard moved the focus there, and none after a press of the mouse', async () => {
  const field = ana.page.locator('[data-by-keyboard]')
  const ring = () => field.evaluate((element) => getComputedStyle(element).outlineStyle)
  await ana.composer.click()
  expect(await ring()).toBe('none')
  await press('F6', 'Shift+F6')
  await focused(ana.composer)
  await expect.poll(ring).toBe('solid')
  await ana.composer.click()
  await expect.poll(ring).toBe('none')
  await press('Shift+F6')
})

test('arrows move through rows; E edits, Delete asks, and the focus returns', async () => {
  await focused(ana.message('third thing'))
  await press('ArrowUp')
  await focused(ana.message(/^one\ntwo$/))
  await press('e')
  await focused(ana.composer)
  await expect.poll(() => ana.composer.inputValue()).toBe('one\ntwo')
  await press('Escape', 'Shift+F6', 'End')
  await focused(ana.message('third thing'))

  await press('Delete')
  await ana.dialog.waitFor()
  await press('Escape')
  await ana.dialog.waitFor({ state: 'detached' })
  await focused(ana.message('third thing'))
  await ana.sees('third thing')

  await press('Delete')
  await tabTo(ana.dialog.getByRole('button', { name: 'Delete' }))
  await press('Enter')
  await ana.sees('Message deleted')
  await focused(ana.message('Message deleted'))
  // A letter in the composer is a letter.
  await press('F6')
  await type('e')
  expect(await ana.composer.inputValue()).toBe('e')
  await press('Backspace')
})

test('the buttons of a row are reached from the row', async () => {
  await press('Shift+F6', 'Home', 'Enter')
  const buttons = ana
    .message(/^one\ntwo$/)
    .getByRole('group', { name: 'Message actions' })
    .getByRole('button')
  await focused(buttons.nth(0))
  await press('ArrowRight')
  await focused(buttons.nth(1))
  await press('Escape')
  await focused(ana.message(/^one\ntwo$/))
  await press('Escape')
  await focused(ana.composer)
})

test('a menu opens by keyboard, and returns the focus', async () => {
  const account = ana.button(/^Your account/)
  await tabTo(account, 'Shift+Tab')
  await press('Enter')
  await focused(ana.page.getByRole('menuitemradio', { name: 'Online' }))
  await press('ArrowDown', 'ArrowDown')
  await focused(ana.page.getByRole('menuitemradio', { name: 'Busy' }))
  await press('Escape')
  await focused(account)
  await press('Enter')
  await focused(ana.page.getByRole('menuitemradio', { name: 'Online' }))
  await press('s')
  await focused(ana.page.getByRole('menuitem', { name: 'Settings' }))
  await press('Enter')
  await ana.dialog.waitFor()
  await press('Escape')
  await ana.dialog.waitFor({ state: 'detached' })
  await focused(account)
})

test('Escape closes the panel and returns the focus', async () => {
  const button = ana.button('Members and settings')
  await tabTo(button)
  await press('Enter')
  await ana.panel.getByRole('list', { name: 'Members' }).waitFor()
  await press('Shift+F6')
  await focused(ana.panel.getByRole('button', { name: 'Close' }))
  await press('Escape')
  await ana.panel.waitFor({ state: 'detached' })
  await focused(button)
})

test('a user finds another by keyboard and writes to them', async () => {
  await tabTo(ana.page.getByRole('button', { name: 'New', exact: true }), 'Shift+Tab')
  await press('Enter')
  await focused(ana.page.getByRole('menuitem', { name: 'Write to somebody' }))
  await press('Enter')
  await tabTo(ana.dialog.getByLabel('Find a person'))
  await type('bo')
  await ana.dialog.getByRole('button', { name: 'Write to bo' }).waitFor()
  await tabTo(ana.dialog.getByRole('button', { name: 'Write to bo' }))
  await press('Enter')
  await ana.heading('bo').waitFor()
  await focused(ana.composer)
  await type('hello')
  await press('Enter')
  await ana.sees('hello')
})

test('a conversation is found by its name, and an unread one comes first', async () => {
  const nav = ana.page.getByRole('navigation')
  const names = () =>
    nav.getByRole('link').evaluateAll((links) => links.map((link) => link.querySelector('bdi')?.textContent))
  const field = nav.getByRole('searchbox', { name: 'Filter conversations by name' })
  await tabTo(field, 'Shift+Tab')
  await type('LIBRÁ')
  await expect.poll(names).toEqual(['Library'])
  await type('x')
  await nav.getByText('No conversation of that name').waitFor()
  await press('Escape')
  expect(await field.inputValue()).toBe('')
  await focused(field)
  await type('libra')
  await press('Enter')
  await ana.heading('Library').waitFor()
  expect(await field.inputValue()).toBe('')

  const { conversationId } = await bo.heard(
    'message.created',
    ({ messages }) => messages?.some(({ body }) => body?.kind === 'plain' && body.text === 'hello') ?? false,
  )
  await bo.ask('message.send', { conversationId, id: newId(), body: { kind: 'plain', text: 'Hello to you' } })
  const waiting = nav.getByRole('list', { name: 'Unread' }).getByRole('link', { name: 'bo' })
  await waiting.waitFor()
  await tabTo(field, 'Shift+Tab')
  await press('ArrowDown')
  await focused(waiting)
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
