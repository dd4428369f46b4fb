import { describe, expect, test } from 'vitest'
import { createStore } from '../../features/index.ts'
import { addUser, commitStage, idOf, outcome } from '../../testing/commit-stage.ts'
import { createSliceOrder } from '../limits/slice-order.ts'
import { createGroupCommit, type Job } from './group-commit.ts'
import type { OpenTransaction } from './open-transaction.ts'

const stage = commitStage()
const { add, stored } = stage

describe('work that fails', () => {
  const fail = (message: string) => () => {
    throw new Error(message)
  }

  test('leaves neither rows nor events, and does not disturb its neighbours in the same commit', async () => {
    const outcomes = await Promise.all(
      [add('a'), add('b', fail('mine')), add('c'), add('d', fail('also mine')), add('e')].map(outcome),
    )
    expect(outcomes).toEqual(['done', 'mine', 'done', 'also mine', 'done'])
    expect(await stored()).toEqual(['a', 'c', 'e'])
    expect(stage.delivered).toEqual([['a', 'c', 'e']])
  })

  test('in the database does not disturb them either', async () => {
    const outcomes = await Promise.all([add('a'), add('a'), add('b')].map(outcome))
    expect(outcomes).toEqual(['done', expect.stringMatching(/unique/i), 'done'])
    expect(await stored()).toEqual(['a', 'b'])
    expect(stage.delivered.flat()).toEqual(['a', 'b'])
  })

  test('leaves nothing, however much it has stored and emitted before', async () => {
    const much = (transaction: OpenTransaction) => Promise.all(['x', 'y', 'z'].map((id) => addUser(transaction, id)))
    const tooMuch = async (transaction: OpenTransaction) => {
      await much(transaction)
      throw new Error('at last')
    }
    expect(await Promise.all([add('a', tooMuch), add('b', much)].map(outcome))).toEqual(['at last', 'done'])
    expect((await stored()).sort()).toEqual(['b', 'x', 'y', 'z'])
    expect(stage.delivered).toEqual([['b', 'x', 'y', 'z']])
  })
})

describe('an answer', () => {
  test('comes after the commit and after the delivery, for all of a commit together', async () => {
    const order: string[] = []
    stage.deliver.listen((deliveries) => void order.push(`delivered ${deliveries.map(idOf)}`))
    const work = ['a', 'b'].map((id) =>
      add(id, () => void order.push(`ran ${id}`)).then(() => order.push(`answered ${id}`)),
    )
    await Promise.all(work)
    expect(order).toEqual(['ran a', 'ran b', 'delivered a,b', 'answered a', 'answered b'])
  })

  test('D10: does not wait for a delivery that must read something first; being idle does', async () => {
    const gate = Promise.withResolvers<void>()
    const order: string[] = []
    stage.deliver.listen(async (deliveries) => {
      await gate.promise
      order.push(`delivered ${deliveries.map(idOf)}`)
    })
    for (const id of ['a', 'b']) order.push(`answered ${await add(id)}`)
    const idle = stage.groupCommit.idle().then(() => order.push('idle'))
    gate.resolve()
    await idle
    expect(order).toEqual(['answered a', 'answered b', 'delivered a', 'delivered b', 'idle'])
  })

  test('D10: waits while very many deliveries wait, so that their number stays bounded', async () => {
    const gate = Promise.withResolvers<void>()
    stage.deliver.listen(() => gate.promise)
    const ids = Array.from({ length: 100 }, (_, i) => `u${i}`)
    let answered = 0
    const all = (async () => {
      for (const id of ids) {
        await add(id)
        answered++
      }
    })()
    await expect.poll(() => answered).toBe(65)
    gate.resolve()
    await all
    expect(answered).toBe(100)
  })

  test('of a failure waits for the commit too', async () => {
    let isCommitted: string[] = []
    const failed = stage.groupCommit
      .run(() => Promise.reject(new Error('no')))
      .catch(async () => {
        isCommitted = await stored()
      })
    await Promise.all([failed, add('a')])
    expect(isCommitted).toEqual(['a'])
  })

  test('comes also if the delivery fails, because the commit stays', async () => {
    stage.deliver.listen(() => Promise.reject(new Error('the transport is broken')))
    stage.deliver.listen(() => {
      throw new Error('this one too')
    })
    expect(await outcome(add('a'))).toBe('done')
    expect(await outcome(add('b'))).toBe('done')
    expect(await stored()).toEqual(['a', 'b'])
  })

  test('A1: that throws prevents no other answer, neither of this commit nor of later ones', async () => {
    const failures: unknown[] = []
    const broken = (what: string) => () => {
      throw new Error(what)
    }
    const failing = Object.assign(() => Promise.reject(new Error('deliver')), { listen: () => () => {} })
    const failed = (cause: unknown) => failures.push(cause)
    const kernel = { database: stage.database, createStore, deliver: failing, onCommit: [broken('observer')], failed }
    stage.groupCommit = createGroupCommit(kernel)
    const batch: Job['batch'] = async (_, transaction) => void (await addUser(transaction, 'of a job'))
    const outcomes = [outcome(add('a'))]
    stage.groupCommit.submit({ batch, settle: broken('settle'), fail: () => {} })
    stage.groupCommit.submit({ batch: () => Promise.reject(new Error('work')), settle: () => {}, fail: broken('fail') })
    outcomes.push(outcome(add('b')))
    expect(await Promise.all(outcomes)).toEqual(['done', 'done'])
    expect(await outcome(add('c'))).toBe('done')
    expect((await stored()).sort()).toEqual(['a', 'b', 'c', 'of a job'])
    const said = failures.map((cause) => (cause as Error).message)
    expect([...new Set(said)].sort()).toEqual(['deliver', 'fail', 'observer', 'settle'])
  })
})

describe('commands that wait', () => {
  test('while a commit is being made go into the next one together', async () => {
    let late: Promise<string>[] = []
    await add('a', () => {
      late = ['b', 'c', 'd'].map((id) => add(id))
    })
    await Promise.all(late)
    expect(stage.delivered).toEqual([['a'], ['b', 'c', 'd']])
  })

  test('are done in their order, however many there are, a bounded number at a time', async () => {
    const ids = Array.from({ length: 600 }, (_, i) => `u${String(i).padStart(3, '0')}`)
    await Promise.all(ids.map((id) => add(id)))
    expect(await stored()).toEqual(ids)
    expect(stage.delivered.flat()).toEqual(ids)
    for (const commit of stage.delivered) expect(commit.length).toBeLessThanOrEqual(256)
  })

  test('behind slow work go into another commit, so that other work gets its turn', async () => {
    const slow = () => {
      stage.clock += 15
    }
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => add(id, slow)))
    expect(stage.delivered).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  test('are batched with neighbours of the same kind, and keep their order among the others', async () => {
    const calls: string[] = []
    const kinds = new Map<string, Job['batch']>(
      ['x', 'y'].map((kind) => [kind, async (jobs) => void calls.push(`${kind}${jobs.length}`)]),
    )
    const submit = (kind: string) =>
      new Promise<void>((settle, fail) =>
        stage.groupCommit.submit({ batch: kinds.get(kind) as Job['batch'], settle, fail }),
      )
    await Promise.all(['x', 'x', 'y', 'x', 'x', 'x'].map(submit))
    expect(calls).toEqual(['x2', 'y1', 'x3'])
  })

  test('are batched with those of the same kind past commands of other users, but not past those of the same user', async () => {
    const calls: string[] = []
    const batches = new Map<string, Job['batch']>(
      ['x', 'y', 'z'].map((kind) => [
        kind,
        async (jobs) => void calls.push(`${kind}:${jobs.map((job) => job.caller?.user?.id ?? '-').join('')}`),
      ]),
    )
    const submit = ([kind, id]: string) =>
      new Promise<void>((settle, fail) => {
        const caller = { user: id === '-' ? null : { id: id as string } }
        stage.groupCommit.submit({ batch: batches.get(kind as string) as Job['batch'], caller, settle, fail })
      })
    await Promise.all(['xa', 'yb', 'xc', 'yd', 'xb', 'ya', 'za', 'xa', 'x-', 'zc'].map(submit))
    expect(calls).toEqual(['x:ac-', 'y:bda', 'x:b', 'z:ac', 'x:a'])
  })
})

test('reads beside a commit see committed rows alone', async () => {
  const seen: string[][] = []
  await add('a', async () => void seen.push(await stored()))
  seen.push(await stored())
  expect(seen).toEqual([[], ['a']])
})

test('the group commit is idle when all submitted jobs are settled', async () => {
  const settled: string[] = []
  for (const id of ['a', 'b']) void add(id).then((done) => settled.push(done))
  await stage.groupCommit.idle()
  await Promise.resolve()
  expect(settled).toEqual(['a', 'b'])
  await stage.groupCommit.idle()
})

test('a transaction has one time for all its work', async () => {
  const times = new Set<number>()
  await Promise.all(['a', 'b', 'c'].map((id) => add(id, ({ now }) => void times.add(now))))
  expect(times.size).toBe(1)
  const rows = await createStore(stage.database.read).users.byIds(['a', 'b', 'c'])
  expect(rows).toHaveLength(3)
})

describe('work that is done in slices', () => {
  test('A1: has none between a command and its answer, and one after each of many commits', async () => {
    const slices = createSliceOrder(2 ** 30)
    const { database, deliver } = stage
    const groupCommit = createGroupCommit({ database, createStore, deliver, slices })
    const log: string[] = []
    let isWorking = true
    const working = (async () => {
      while (isWorking) {
        await slices.next()
        log.push('slice')
      }
    })()
    const asked = Array.from({ length: 600 }, (_, i) => groupCommit.run((open) => addUser(open, `u${i}`)))
    await asked[0]
    expect(log).toEqual([])
    await Promise.all(asked)
    // Three transactions, and perhaps a slice after the last of them.
    expect(log.slice(0, 2)).toEqual(['slice', 'slice'])
    expect(log.length).toBeLessThan(4)
    await expect.poll(() => log.length).toBeGreaterThan(3)
    isWorking = false
    await working
  })
})
