import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor

beforeAll(async () => {
  stage = await startStage()
  for (const name of ['ana', 'bo']) await stage.server.register(name)
  ana = await stage.signedIn('ana')
})
afterAll(() => stage?.close())

const closes = async (visitor: Visitor) => {
  await visitor.dialog.getByRole('button', { name: 'Close' }).click()
  await visitor.dialog.waitFor({ state: 'detached' })
}

test('the menu of the account has six items, also for an administrator', async () => {
  await ana.button(/^Your account/).click()
  const items = ana.page.getByRole('menu', { name: 'Your account' }).locator('[role^="menuitem"]')
  expect(await items.allTextContents()).toEqual(['Online', 'Away', 'Busy', 'Appear offline', 'Settings', 'Sign out'])
  await ana.page.keyboard.press('Escape')
})

test('the sections are reached by arrows, in both directions', async () => {
  await ana.opensSettings('Profile')
  const chosen = (name: string) => ana.dialog.getByRole('tab', { name, selected: true }).waitFor()
  await ana.dialog.getByRole('tab', { name: 'Profile' }).focus()
  await ana.page.keyboard.press('ArrowDown')
  await chosen('Appearance')
  await ana.page.keyboard.press('End')
  await chosen('Administration')
  await ana.page.keyboard.press('ArrowUp')
  await chosen('Privacy')
  await ana.dialog.getByText(/^You have not blocked/).waitFor()
  await closes(ana)
})

test('a user changes their name; the form says so until the next change', async () => {
  await ana.opensSettings('Profile')
  const save = ana.dialog.getByRole('button', { name: 'Save' })
  expect(await save.isDisabled()).toBe(true)
  await ana.dialog.getByLabel('Display name').fill(' Ana Moreau ')
  await save.click()
  await ana.dialog.getByRole('status').getByText('Saved').waitFor()
  await ana.dialog.getByLabel('Display name').fill('Ana')
  await ana.dialog.getByRole('status').getByText('Saved').waitFor({ state: 'detached' })
  await closes(ana)
  await ana.button('Your account, Ana Moreau').waitFor()
})

test('a user changes their password, which ends the other sessions', async () => {
  const elsewhere = await stage.signedIn('bo')
  const bo = await stage.signedIn('bo')
  await bo.opensSettings('Profile')
  const change = bo.dialog.getByRole('button', { name: 'Change password' })
  await bo.dialog.getByLabel('Present password').fill('not the password of bo')
  await bo.dialog.getByLabel('New password').fill('another password of bo')
  await change.click()
  await bo.dialog
    .getByRole('alert')
    .getByText(/password/)
    .waitFor()
  await bo.dialog.getByLabel('Present password').fill('password of bo')
  await change.click()
  await bo.dialog.getByRole('status').getByText('Password changed').waitFor()
  expect(await bo.dialog.getByLabel('New password').inputValue()).toBe('')
  await elsewhere.page.getByText('You were signed out').waitFor()
})

test('settings whose code cannot be loaded say so', async () => {
  const bo = await stage.visitor()
  await bo.signIn('bo', 'another password of bo')
  await bo.page.route(/settings-sections/, (route) => route.abort())
  await bo.button(/^Your account/).click()
  await bo.page.getByRole('menuitem', { name: 'Settings' }).click()
  await bo.dialog.getByRole('alert').getByText(/./).waitFor()
  await closes(bo)
})
