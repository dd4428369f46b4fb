import { expect, test } from 'vitest'
import { createDrafts } from './drafts.ts'

function storage() {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  }
}

test('a draft belongs to one person in one conversation, and survives a reload of the page', () => {
  const kept = storage()
  createDrafts(kept).write('ana', 'kitchen', 'half a thou')
  const drafts = createDrafts(kept)
  expect(drafts.read('ana', 'kitchen')).toBe('half a thou')
  expect(drafts.read('ana', 'garden')).toBe('')
  expect(drafts.read('bo', 'kitchen')).toBe('')
})

test('an emptied draft is removed from the storage', () => {
  const kept = storage()
  const drafts = createDrafts(kept)
  drafts.write('ana', 'kitchen', 'half a thou')
  drafts.write('ana', 'kitchen', '')
  expect(drafts.read('ana', 'kitchen')).toBe('')
  expect(kept.items.size).toBe(0)
})

test('without a usable storage drafts last as long as the page', () => {
  const refuse = () => {
    throw new Error('QuotaExceededError')
  }
  const drafts = createDrafts({ getItem: refuse, setItem: refuse, removeItem: refuse })
  expect(drafts.read('ana', 'kitchen')).toBe('')
  drafts.write('ana', 'kitchen', 'half a thou')
  expect(drafts.read('ana', 'kitchen')).toBe('half a thou')
})
