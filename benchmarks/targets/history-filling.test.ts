import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { fillWithHistory } from './history-filling.ts'
import { sqliteStorage } from './storage.ts'

test('a generated history is consistent: references are valid, and the numbers of every conversation are right', async () => {
  const storage = await sqliteStorage()
  onTestFinished(storage.dispose)
  const { members } = await fillWithHistory(storage, 'x'.repeat(32), 12_000)
  expect(members).toHaveLength(1)
  const file = new DatabaseSync(storage.file)
  onTestFinished(() => file.close())
  const all = (sql: string) => file.prepare(sql).all()
  expect(all('pragma foreign_key_check')).toEqual([])
  expect(all('pragma quick_check')).toEqual([{ quick_check: 'ok' }])
  const wrong = `select c.id from conversations c left join
    (select conversation_id, count(*) as messages, max(seq) as seq, max(rev) as rev, count(distinct rev) as revs
     from messages group by conversation_id) m on m.conversation_id = c.id
    where m.messages is not c.last_seq or m.seq is not c.last_seq or m.rev is not c.rev or m.revs is not m.messages`
  expect(all(wrong)).toEqual([])
  const strangers = `select 1 from messages m where not exists
    (select 1 from memberships where conversation_id = m.conversation_id and user_id = m.sender_id)`
  expect(all(strangers)).toEqual([])
})
