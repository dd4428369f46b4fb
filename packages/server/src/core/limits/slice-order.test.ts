import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createSliceOrder, type SliceOrder } from './slice-order.ts'

/** Longer than any test. */
const forEver = 2 ** 30

/** Works in `slices` slices, and adds its name to `done` in each. */
async function work(order: SliceOrder, name: string, slices: number, done: string[]): Promise<void> {
  for (let i = 0; i < slices; i++) {
    await order.next()
    done.push(name)
  }
}

/** What was done in each of so many turns of the event loop. */
async function turnsOf(count: number, done: string[]): Promise<string[][]> {
  const turns: string[][] = []
  for (let i = 0; i < count; i++) {
    await turn()
    turns.push(done.splice(0))
  }
  return turns
}

test('callers that work in slices take turns, one slice in each turn of the event loop', async () => {
  const order = createSliceOrder(forEver)
  const done: string[] = []
  for (const name of ['a', 'b', 'c']) void work(order, name, 2, done)
  const turns = await turnsOf(12, done)
  expect(turns.flat()).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
  expect(Math.max(...turns.map(({ length }) => length))).toBe(1)
})

test('while commits are under way one slice follows each, and the rest wait', async () => {
  const order = createSliceOrder(forEver)
  const done: string[] = []
  void work(order, 'slice', 5, done)
  order.committing++
  expect((await turnsOf(10, done)).flat()).toEqual([])
  for (let commit = 0; commit < 3; commit++) {
    order.commitSettled()
    expect((await turnsOf(10, done)).flat()).toEqual(['slice'])
  }
  order.committing--
  order.commitsEnded()
  expect((await turnsOf(10, done)).flat()).toEqual(['slice', 'slice'])
})

test('slices wait for the commits of every server in the process', async () => {
  const order = createSliceOrder(forEver)
  const done: string[] = []
  order.committing = 2
  void work(order, 'slice', 1, done)
  order.committing--
  order.commitsEnded()
  expect((await turnsOf(10, done)).flat()).toEqual([])
  order.committing--
  order.commitsEnded()
  expect((await turnsOf(10, done)).flat()).toEqual(['slice'])
})

test('a commit that waits for its disk does not hold up slices for ever', async () => {
  const order = createSliceOrder(1)
  order.committing++
  const done: string[] = []
  await work(order, 'slice', 3, done)
  expect(done).toEqual(['slice', 'slice', 'slice'])
  order.committing--
  order.commitsEnded()
})
