import type { TestSocket } from '@parley/server/testing'
import { newId } from '@parley/server/testing/people'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeHoldable, pressQuickly } from './quick-keys.ts'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

/*
 * Each key finds the page as the key before it left it, however quickly they come: where the focus goes, and what listens
 * there, waits for no frame, no timer and no task.
 */

let stage: Stage
let ana: Visitor
let dan: TestSocket
let conversationId: string

beforeAll(async () => {
  stage = await startStage()
  dan = await stage.server.connect(await stage.server.register('dan'))
  conversationId = (await dan.ask('conversation.create', { name: 'Kitchen' })).summary.conversation.id
  await stage.server.register('ana')
  ana = await stage.visitor()
  await makeHoldable(ana.page)
  await ana.page.reload()
  await ana.signIn('ana', 'password of ana')
  await ana.joinRoom('Kitchen')
})
afterAll(() => stage?.close())

const danSays = (text: string) =>
  dan.ask('message.send', { id: newId(), conversationId, body: { kind: 'plain', text } })
const quickly = (...keys: string[]) => pressQuickly(ana.page, ...keys)
const tally = (text: string, name: string | RegExp) =>
  ana.message(text).getByRole('group', { name: 'Reactions' }).getByRole('button', { name })

/** Waits until an element has the focus. */
const focused = (element: Locator) =>
  expect.poll(() => element.evaluate((own) => own === document.activeElement)).toBe(true)

/** Goes to the row of the newest message. */
async function lastRow(text: string) {
  await ana.sees(text)
  await ana.composer.focus()
  await ana.page.keyboard.press('Shift+F6')
  await ana.page.keyboard.press('End')
  await focused(ana.message(text))
}

test('the reaction bar handles fast keys: opened, walked, chosen from, closed and opened again', async () => {
  await danSays('Salad')
  await lastRow('Salad')
  await quickly('r', 'ArrowRight', 'Enter')
  await tally('Salad', '❤️ 1 reaction, you reacted').waitFor()
  await focused(ana.message('Salad'))
  await quickly('r', 'Escape', 'r', 'ArrowRight', 'ArrowRight', 'Enter')
  await tally('Salad', '😂 1 reaction, you reacted').waitFor()
  await focused(ana.message('Salad'))
  // From the bar to the people who reacted, back to the row, and to the bar again.
  await quickly('r', 'End', 'Enter', 'Escape', 'r', 'ArrowRight', 'Enter')
  await tally('Salad', /❤️/).waitFor({ state: 'detached' })
  await focused(ana.message('Salad'))
})

test('the emoji picker handles fast keys: an emoji is found by a word, and by arrows', async () => {
  await danSays('Soup')
  await lastRow('Soup')
  // The first time they are loaded, which takes its time.
  await quickly('r', 'End', 'Enter')
  await ana.page.getByRole('button', { name: 'grinning face', exact: true }).waitFor()
  await quickly('Escape')
  await focused(ana.message('Soup'))
  await quickly('r', 'End', 'Enter', ...'pizza', 'Enter')
  await tally('Soup', '🍕 1 reaction, you reacted').waitFor()
  await focused(ana.message('Soup'))
  // Now there is a reaction, the last button of the bar shows who reacted.
  await quickly('r', 'End', 'ArrowLeft', 'Enter', 'ArrowDown', 'ArrowRight', 'Enter')
  await tally('Soup', '😃 1 reaction, you reacted').waitFor()
  await focused(ana.message('Soup'))
})

test('a menu of a button handles fast keys', async () => {
  const account = ana.button(/^Your account/)
  const chosen = (name: string) => ana.page.getByRole('menuitemradio', { name, checked: true })
  await account.focus()
  await quickly('Enter', 'ArrowDown', 'ArrowDown', 'Enter')
  await focused(account)
  await quickly('ArrowDown')
  await chosen('Busy').waitFor()
  await quickly('Escape', 'Enter', 'Escape', 'ArrowDown', 'ArrowDown', 'Enter')
  await focused(account)
  await quickly('Enter')
  await chosen('Away').waitFor()
  await quickly('s', 'Enter', 'Escape', 'Enter', 'Home', 'Enter')
  await focused(account)
  await quickly('Enter')
  await chosen('Online').waitFor()
  await quickly('Escape')
})

test('a dialog with a question handles fast keys', async () => {
  await ana.say('One')
  await ana.sees('One', 'Sent')
  await lastRow('One')
  await quickly('Delete', 'Escape', 'Delete', 'Enter')
  await ana.dialog.waitFor({ state: 'detached' })
  await focused(ana.message('One'))
  // By the last button of its bar and a letter in its menu; then the button that keeps it.
  await quickly('Enter', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter', 'd', 'Enter', 'Enter')
  await ana.dialog.waitFor({ state: 'detached' })
  await focused(ana.message('One'))
  await quickly('Delete', 'Tab', 'Enter')
  await ana.sees('Message deleted')
  expect(await ana.message('One').count()).toBe(0)
})

test('a dialog with a field handles fast keys', async () => {
  const begin = ana.page.getByRole('button', { name: 'New', exact: true })
  await begin.focus()
  await quickly('Enter', 'Enter', ...'dan')
  expect(await ana.dialog.getByLabel('Find a person').inputValue()).toBe('dan')
  // The first one empties the field, as browsers do it.
  await quickly('Escape', 'Escape')
  await focused(begin)
  await quickly('Enter', 'n', 'Enter', ...'Pantry', 'Enter')
  await ana.heading('Pantry').waitFor()
})

test('fast keys find a conversation by its name, open it, and write to it', async () => {
  await ana.page.getByRole('searchbox', { name: 'Filter conversations by name' }).focus()
  await quickly(...'kit', 'Enter', ...'Hi', 'Enter', ...'all', 'Enter')
  await ana.heading('Kitchen').waitFor()
  await ana.sees('Hi')
  await ana.sees('all', 'Sent')
  await focused(ana.composer)
})

test('fast keys change the last message, discard another change, and begin the next message', async () => {
  await quickly('ArrowUp', '!', 'Enter')
  await ana.message('all!').filter({ hasText: 'edited' }).waitFor()
  await focused(ana.composer)
  await quickly('ArrowUp', '?', 'Escape', 'x')
  expect(await ana.composer.inputValue()).toBe('x')
  await quickly('Backspace')
  expect(await ana.composer.inputValue()).toBe('')
})

test('no page reported an error', () => {
  expect(stage.problems).toEqual([])
})
