import { expect, test } from 'vitest'
import type { GroupCommit } from '../../core/commit/group-commit.ts'
import { addUser, commitStage } from '../../testing/commit-stage.ts'
import { createStore } from '../index.ts'
import { putInSlices } from './put-in-slices.ts'

const stage = commitStage()

test('many users are updated in several transactions, between which others are served', async () => {
  const ids = Array.from({ length: 120 }, (_, at) => `user${at}`)
  await stage.groupCommit.run(async (transaction) => {
    for (const id of ids) await addUser(transaction, id)
  })
  const lastName = () => stage.groupCommit.run(async ({ store }) => (await store.users.byId('user119'))?.display_name)
  const between: (string | undefined)[] = []
  const groupCommit: GroupCommit = {
    ...stage.groupCommit,
    run: async (work) => {
      const done = await stage.groupCommit.run(work)
      between.push(await lastName())
      return done
    },
  }
  const store = createStore(stage.database.read)
  const given = ids.map((id) => ({ id, username: id, displayName: `The ${id}` }))
  const kept = await putInSlices({ store, groupCommit }, given)
  expect(kept.map(({ display_name }) => display_name)).toEqual(given.map(({ displayName }) => displayName))
  expect(between).toEqual(['user119', 'user119', 'The user119'])
  await putInSlices({ store, groupCommit }, given)
  expect(between).toHaveLength(3)
})
