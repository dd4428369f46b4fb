import { operationNames, operations } from '@parley/protocol'
import { expect, test } from 'vitest'
import { charges } from '../../features/index.ts'
import { budgets } from './budgets.ts'

/** Commands that store nothing and cause no event for other users. */
const silent = ['session.renew', 'presence.watch']

test.each(operationNames.filter((name) => operations[name].kind === 'command' && !silent.includes(name)))(
  'A5: %s, which changes something, is not on a budget for reads',
  (name) => {
    const charge = charges[name]
    expect(['read', 'search']).not.toContain(typeof charge === 'string' ? charge : charge.budget)
  },
)

test.each(operationNames)('A5: %s costs no more than its budget, however long its list', (name) => {
  const charge = charges[name]
  if (typeof charge === 'string') return
  const { budget, list, per } = charge
  const longest = operations[name].input.toJSONSchema().properties?.[list]
  const { maxItems, maximum = maxItems } = Object(longest)
  expect(1 + Math.floor(Number(maximum) / per)).toBeLessThanOrEqual(budgets[budget].points)
})
