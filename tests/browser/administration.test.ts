import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

/* E12 in the app. */

let stage: Stage
let admin: Visitor
/** On a phone. */
let ana: Visitor

beforeAll(async () => {
  stage = await startStage()
  for (const name of ['admin', 'ana', 'bo']) await stage.server.register(name)
  admin = await stage.signedIn('admin', { permissions: ['clipboard-read'] })
  ana = await stage.signedIn('ana', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
})
afterAll(() => stage?.close())

const opens = async (visitor: Visitor) => {
  await visitor.opensSettings('Administration')
  await visitor.button('Open the administration').click()
  await visitor.heading('Administration').waitFor()
}
const tab = (visitor: Visitor, name: string) => visitor.page.getByRole('tab', { name, exact: true })
const leaves = async (visitor: Visitor) => {
  await visitor.button('Back to the chat').click()
  await visitor.isIn()
}
const person = (visitor: Visitor, name: string) =>
  visitor.page
    .getByRole('list', { name: 'People' })
    .getByRole('listitem')
    .filter({ hasText: `@${name}` })

/** What an administrator does with somebody, with the keyboard alone. */
async function does(visitor: Visitor, name: string, item: string, confirm: string, reason: string) {
  await person(visitor, name)
    .getByRole('button', { name: `Actions for ${name}` })
    .focus()
  await visitor.page.keyboard.press('Enter')
  await visitor.page.getByRole('menuitem', { name: item }).focus()
  await visitor.page.keyboard.press('Enter')
  await visitor.dialog.getByLabel('Reason').fill(reason)
  await visitor.dialog.getByRole('button', { name: confirm }).focus()
  await visitor.page.keyboard.press('Enter')
}

test('users who are no administrators see no administration, not even by its address', async () => {
  await ana.opensSettings('Profile')
  expect(await ana.page.getByRole('tab', { name: 'Administration' }).count()).toBe(0)
  await ana.page.keyboard.press('Escape')
  await ana.page.goto(`${stage.server.url}/#administration`)
  await ana.isIn()
  expect(await ana.heading('Administration').count()).toBe(0)
})

test('the administration begins at the top of the page, as high as the page', async () => {
  await opens(admin)
  const [heading, sheet] = [admin.heading('Administration'), admin.page.getByRole('main')]
  expect((await heading.boundingBox())?.y).toBeLessThan(60)
  expect(await sheet.boundingBox()).toEqual({ x: 0, y: 0, ...admin.page.viewportSize() })
  await leaves(admin)
})

test('an administrator suspends a user after a question, finds them among the suspended, and restores them', async () => {
  await opens(admin)
  // At the top of the page, so that all of it can be scrolled into sight.
  expect((await admin.heading('Administration').boundingBox())?.y).toBeLessThan(100)
  await admin.page.getByRole('searchbox', { name: 'Find people' }).fill('ana')
  await does(admin, 'ana', 'Suspend', 'Suspend', 'Spam in several rooms.')
  await person(admin, 'ana').getByText('Suspended').waitFor()
  await ana.button('Sign in').waitFor()
  await ana.page.getByLabel('User name').fill('ana')
  await ana.page.getByLabel('Password').fill('password of ana')
  await ana.button('Sign in').click()
  await ana.page.getByText('An administrator of this server has suspended this account.').waitFor()

  await admin.page.getByRole('searchbox', { name: 'Find people' }).fill('')
  await admin.page.getByLabel('Which people').selectOption('Suspended')
  await expect.poll(() => admin.page.getByRole('list', { name: 'People' }).getByRole('listitem').count()).toBe(1)
  await does(admin, 'ana', 'Restore', 'Restore', '')
  await ana.button('Sign in').click()
  await ana.isIn()
  await tab(admin, 'Log').click()
  const log = admin.page.getByRole('list', { name: 'Log' })
  await log.getByText('Suspended ana').waitFor()
  await log.getByText('Spam in several rooms.').waitFor()
  await leaves(admin)
})

/** Makes a link for a new password, which stands in the dialog that is open from then on. */
async function makesLink(name: string): Promise<string> {
  await does(admin, name, 'Link for a new password', 'Make link', '')
  return admin.dialog.getByLabel('Link for a new password').inputValue()
}

test('E5: over plain http the link for a new password is copied, too, and the page says so if it is not', async () => {
  await opens(admin)
  const clipboard = await admin.page.evaluateHandle(() => navigator.clipboard)
  await admin.page.evaluate(() => Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined }))
  const link = await makesLink('bo')
  await admin.dialog.getByRole('button', { name: 'Copy' }).click()
  await admin.dialog.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await clipboard.evaluate((own) => own.readText())).toBe(link)
  await admin.page.evaluate(() => {
    document.execCommand = () => false
  })
  await admin.dialog.getByRole('button', { name: 'Copied' }).click()
  await admin.dialog.getByText('did not let the page copy').waitFor()
  await admin.dialog.getByRole('button', { name: 'Close' }).first().click()
  await leaves(admin)
})

test('a user sets a new password by a link, once, and signs in with it', async () => {
  await opens(admin)
  const link = await makesLink('bo')
  await admin.dialog.getByRole('button', { name: 'Close' }).first().click()
  await leaves(admin)
  const bo = await stage.visitor({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await bo.page.goto(link)
  await bo.page.getByLabel('New password').fill('a new long password')
  await bo.button('Set a new password').click()
  await bo.page.getByText('Sign in as bo.').waitFor()
  await bo.button('Sign in').click()
  await bo.signIn('bo', 'a new long password')
  await bo.page.goto(`${stage.server.url}/`)
  await bo.page.goto(link)
  await bo.page.getByLabel('New password').fill('another long password')
  await bo.button('Set a new password').click()
  await bo.page.getByText('This link is not valid any more.').waitFor()
})

test('a second link that is opened in the same tab has a form of its own', async () => {
  for (const name of ['cy', 'dan']) await stage.server.register(name)
  await opens(admin)
  const links: string[] = []
  for (const name of ['cy', 'dan']) {
    links.push(await makesLink(name))
    await admin.dialog.getByRole('button', { name: 'Close' }).first().click()
  }
  await leaves(admin)
  const shared = await stage.visitor()
  const [first = '', second = ''] = links
  await shared.page.goto(first)
  await shared.page.getByLabel('New password').fill('a new long password')
  await shared.button('Set a new password').click()
  await shared.page.getByText('Sign in as cy.').waitFor()
  await shared.page.goto(second)
  await shared.page.getByLabel('New password').fill('another long password')
  await shared.button('Set a new password').click()
  await shared.page.getByText('Sign in as dan.').waitFor()
})

test('an administrator removes a message and a room', async () => {
  await ana.createRoom('Spam here')
  await ana.say('Buy this')
  await ana.sees('Buy this', 'Sent')
  await admin.joinRoom('Spam here')
  await admin.chooses('Buy this', 'Remove message')
  await admin.dialog.getByRole('button', { name: 'Delete' }).click()
  await ana.message('Message deleted').waitFor()

  await opens(admin)
  await tab(admin, 'Rooms').click()
  await admin.button('Remove Spam here').click()
  await admin.dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await admin.page.getByText('No rooms found.').waitFor()
  await leaves(admin)
  await expect.poll(() => ana.conversation('Spam here').count()).toBe(0)
  await expect.poll(() => admin.conversation('Spam here').count()).toBe(0)
})

test('no page reported an error', () => {
  expect(stage.problems.filter((problem) => !/40[134]|WebSocket/.test(problem))).toEqual([])
})
