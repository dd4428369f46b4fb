import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let bo: Visitor

beforeAll(async () => {
  stage = await startStage()
  bo = await stage.visitor()
  await bo.register('bo', 'Bo Lind')
  await bo.createRoom('Harbour')
})
afterAll(() => stage?.close())

/** As a browser that gives a page no storage, and no locks with it. */
function block() {
  const denied = () => new DOMException('Access is denied for this document.', 'SecurityError')
  Object.defineProperty(window, 'localStorage', {
    get() {
      throw denied()
    },
  })
  IDBFactory.prototype.open = () => {
    throw denied()
  }
  LockManager.prototype.request = () => Promise.reject(denied())
}

/** As a browser with no room left. */
function fill() {
  const refuse = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  }
  Storage.prototype.setItem = refuse
  IDBObjectStore.prototype.add = refuse
  IDBObjectStore.prototype.put = refuse
}

test.each([
  ['blocked', block],
  ['full', fill],
])('B3: with a %s storage the app works for this visit, and says what it cannot store', async (name, spoil) => {
  const ana = await stage.visitor()
  await ana.page.addInitScript(spoil)
  await ana.page.reload()
  const notice = ana.page.getByText('storage is full or blocked')
  await notice.waitFor()
  await ana.register(`ana-${name}`, `Ana ${name}`)
  await notice.waitFor()
  await ana.button('Understood').click()
  await notice.waitFor({ state: 'detached' })
  await ana.joinRoom('Harbour')
  await ana.say(`Hello from a ${name} one`)
  await bo.sees(`Hello from a ${name} one`)
  await ana.choosesLook('Dark')
  expect(await ana.page.locator('body').getAttribute('data-theme')).toBe('dark')
  // A draft is kept as long as the page is there.
  await ana.composer.fill('half a thou')
  await ana.createRoom(`Room of ${name}`)
  await ana.open('Harbour')
  expect(await ana.composer.inputValue()).toBe('half a thou')
  await ana.page.context().close()
})

test('D9: signing out asks about unsent messages, and leaves no draft and no message in the browser', async () => {
  await bo.open('Harbour')
  await bo.page.context().setOffline(true)
  await bo.page.getByText('You are offline.').waitFor()
  await bo.say('a secret')
  await bo.composer.fill('half a secret')
  await bo.button(/^Your account/).click()
  await bo.page.getByRole('menuitem', { name: 'Sign out' }).click()
  await bo.dialog.getByText('One message is not sent yet.').waitFor()
  await bo.dialog.getByRole('button', { name: 'Sign out' }).click()
  await bo.page.getByLabel('User name').waitFor()
  const kept = () =>
    bo.page.evaluate(async () => {
      const found: unknown[] = Object.values(localStorage)
      for (const { name } of await indexedDB.databases()) {
        const database = await new Promise<IDBDatabase>((resolve, reject) => {
          const request = indexedDB.open(name ?? '')
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error)
        })
        for (const store of database.objectStoreNames) {
          const request = database.transaction(store).objectStore(store).getAll()
          found.push(
            await new Promise((resolve) => Object.assign(request, { onsuccess: () => resolve(request.result) })),
          )
        }
        database.close()
      }
      return JSON.stringify(found)
    })
  await expect.poll(kept).not.toContain('secret')
})

test('pages reported no errors except the lost connection', () => {
  expect(stage.problems.filter((problem) => !/WebSocket|ERR_INTERNET_DISCONNECTED/.test(problem))).toEqual([])
})
