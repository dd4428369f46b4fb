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

const betweenUsers = operationNames
  .map((name) => ({ name, rule: ruleOf(name) }))
  .filter(({ rule }) => rule.unless || rule.when)

const forAdministrators = operationNames.filter((name) => ruleOf(name).only === 'administrators')

const text = [
  '# Permissions',
  '',
  '## In a conversation',
  '',
  '`npm run docs` writes this page from the rules of the server; a test fails if it is outdated. In the tables, `+` means',
  'allowed, `−` refused with `forbidden`, and an empty cell refused with `not_found`, as if the conversation did not exist.',
  '',
  'Each column is a caller: a member of a room by role (`owner` to `member`); a user who was invited to it, left it, was',
  'removed or banned, or never was in it (`stranger`); a user in a direct conversation (`direct`) or not in it (`outside',
  'direct`). An operation on messages has one line for messages of one’s own, and one for those of others.',
  '',
  row(['operation', 'message of', ...standingNames]),
  row(Array.from({ length: standingNames.length + 2 }, () => '---')),
  ...memberCases.map(([name, whose]) =>
    row([`\`${name}\``, whose === 'own' ? 'one’s own' : '', ...cells(name, whose)]),
  ),
  '',
  '## Between two users',
  '',
  'These operations concern another user: one in the field under “toward”, or the other user of a direct conversation. In',
  'the column “unless blocked”, `+` means that the operation is refused with `no_contact` while one of the two blocks the',
  'other. In the column “when contacts”, `+` means that it is refused with `no_contact` unless the two are contacts, if the',
  'server asks for contacts (`DIRECT_MESSAGES=contacts`).',
  '',
  row(['operation', 'toward', 'unless blocked', 'when contacts']),
  row(['---', '---', '---', '---']),
  ...betweenUsers.map(({ name, rule: { toward, unless, when } }) =>
    row([`\`${name}\``, toward ? `\`${toward}\`` : 'the other user', unless ? '+' : '', when ? '+' : '']),
  ),
  '',
  '## For administrators of the server',
  '',
  'Only administrators of the server can use these operations. All others get `forbidden`, even for a user or a room that',
  'does not exist. The server reads the role of the caller from the database at each call.',
  '',
  ...forAdministrators.map((name) => `- \`${name}\``),
  '',
].join('\n')

test('the committed page of rules is current; after an intended change of a rule, run npm run docs', async () => {
  await expect(text).toMatchFileSnapshot('../../../../docs/reference/policy.md')
})
