import { operationNames } from '@parley/protocol'
import { expect, test } from 'vitest'
import {
  memberCases,
  possibleOwner,
  ruledOutcome,
  ruleOf,
  type Standing,
  standingNames,
  type Whose,
} from '../testing/standings.ts'

const signs = { ok: '+', forbidden: '−', hidden: '' }
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const cells = (name: (typeof memberCases)[number][0], whose: Whose) =>
  standingNames.map((standing: Standing) => signs[ruledOutcome(name, standing, possibleOwner(standing, whose))])

const betweenPeople = operationNames
  .map((name) => ({ name, rule: ruleOf(name) }))
  .filter(({ rule }) => rule.unless || rule.when)

const forAdministrators = operationNames.filter((name) => ruleOf(name).only === 'administrators')

const text = [
  '# Who may do what in a conversation',
  '',
  'Made from the rules of the server by `npm run docs`, so that none of them changes by mistake. `+` is allowed, `−` is',
  'refused as `forbidden`, and an empty cell is answered like a conversation that does not exist.',
  '',
  row(['operation', 'message of', ...standingNames]),
  row(Array.from({ length: standingNames.length + 2 }, () => '---')),
  ...memberCases.map(([name, whose]) =>
    row([`\`${name}\``, whose === 'own' ? 'one’s own' : '', ...cells(name, whose)]),
  ),
  '',
  '## Between two people',
  '',
  'While one of two people blocks the other, neither does to the other what has a `+` in the first column; where the server',
  'asks for contacts (`DIRECT_MESSAGES=contacts`), only contacts do what has one in the second. Both are refused as',
  '`no_contact`. In a conversation it concerns direct ones alone.',
  '',
  row(['operation', 'toward', 'unless blocked', 'when contacts']),
  row(['---', '---', '---', '---']),
  ...betweenPeople.map(({ name, rule: { toward, unless, when } }) =>
    row([`\`${name}\``, toward ? `\`${toward}\`` : 'the other of two', unless ? '+' : '', when ? '+' : '']),
  ),
  '',
  '## For administrators of the server',
  '',
  'Everybody else is refused as `forbidden`, whatever they name and whether it exists: the server looks at the role that the',
  'user has in the database at that moment.',
  '',
  ...forAdministrators.map((name) => `- \`${name}\``),
  '',
].join('\n')

test('the committed table of rules is current: if a rule was meant to change, run npm run docs', async () => {
  await expect(text).toMatchFileSnapshot('../../../../docs/reference/policy.md')
})
