import { operationNames } from '@parley/protocol'
import { expect, test } from 'vitest'
import { costs } from '../../features/index.ts'
import type { Charge } from './budgets.ts'
import { largest } from './costs.ts'

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const number = (value: number) => value.toLocaleString('en')

const spent = (charge: Charge): string => {
  if (charge === 'outcome') return 'by outcome'
  if (typeof charge === 'string') return charge
  return `${charge.budget}, and again for each ${charge.per === 1 ? '' : `${charge.per} `}of \`${charge.list}\``
}

const text = [
  '# What an operation may cost',
  '',
  '`npm run docs` writes this page from the costs that each feature declares beside its budgets; a test fails if it is',
  'outdated. Another test calls every operation with the largest data, and fails if it reads or answers more.',
  '',
  'Each line has the budget that a call spends ([limits](../operations/limits.md#budgets) has their sizes), the most rows',
  'that the database returns to the server before the call is answered, and the most bytes of the answer as JSON.',
  `The bounds hold for ${number(largest.people)} users and ${number(largest.rooms)} rooms, rooms of ${number(largest.members)} members and ${number(largest.invited)} invited users, and`,
  `users with ${number(largest.conversations)} conversations, ${number(largest.sessions)} sessions and ${number(largest.blocks)} blocks in a room. With more data, what depends on it grows in proportion.`,
  'Long reads are made in slices, between which the server serves others. Searches compare all names inside the database.',
  '',
  row(['operation', 'budget', 'rows', 'bytes']),
  row(['---', '---', '---:', '---:']),
  ...operationNames.map((name) => {
    const { charge, rows, bytes } = costs[name]
    return row([`\`${name}\``, spent(charge), number(rows), number(bytes)])
  }),
  '',
].join('\n')

test('the committed page of costs is current; after an intended change of a cost, run npm run docs', async () => {
  await expect(text).toMatchFileSnapshot('../../../../../docs/reference/costs.md')
})
