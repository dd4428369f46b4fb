import { afterAll, beforeAll, expect, test } from 'vitest'
import { giveFiles, textFile } from './sample-files.ts'
import { type Stage, startStage } from './stage.ts'
import type { Visitor } from './visitor.ts'

let stage: Stage
let ana: Visitor

beforeAll(async () => {
  stage = await startStage()
  await stage.server.register('ana')
  ana = await stage.signedIn('ana')
  await ana.createRoom('Harbour')
})
afterAll(() => stage?.close())

const items = () => ana.page.getByRole('list', { name: 'Files that go with your message' }).getByRole('listitem')

/** The server refuses the bytes of a file with this error, until the returned function is called. */
async function refusesBytes(code: string) {
  await ana.page.route('**/api/v1/uploads/**', async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue()
    await route.fulfill({ status: 409, json: { ok: false, error: { code, message: 'No.', requestId: 'test' } } })
  })
  return () => ana.page.unroute('**/api/v1/uploads/**')
}

test('a file whose type the server refuses has no button that tries again', async () => {
  const allow = await refusesBytes('file_type_refused')
  await giveFiles(ana.page, 'drop', [textFile('program.txt', 'run')])
  await items().getByText('This server takes no files of this type.').waitFor()
  expect(await ana.button('Try program.txt again').count()).toBe(0)
  await ana.button('Remove program.txt').click()
  await allow()
})

test('a file that is tried again does not make the message larger than one can be', async () => {
  const allow = await refusesBytes('quota_exceeded')
  await giveFiles(ana.page, 'drop', [textFile('late.txt', 'late')])
  await ana.button('Try late.txt again').waitFor()
  await allow()
  const many = Array.from({ length: 20 }, (_, place) => textFile(`part ${place}.txt`, `part ${place}`))
  await giveFiles(ana.page, 'drop', many)
  await expect.poll(() => items().count()).toBe(21)
  await ana.button('Try late.txt again').click()
  await items().getByText('A message takes 20 files at most. Send it with the next one.').waitFor()
  await ana.button('Remove part 7.txt').click()
  await ana.button('Try late.txt again').click()
  await items().filter({ hasText: 'late.txt' }).getByText('4 bytes', { exact: true }).waitFor()
  expect(await items().count()).toBe(20)
})

test('pages reported no errors except the refusals in this test', () => {
  expect(stage.problems.filter((problem) => !/Failed to load resource/.test(problem))).toEqual([])
})
