import { expect, test } from 'vitest'
import { memberCases, possible, ruled, type Standing, standingNames, type Whose } from '../testing/standings.ts'

const signs = { ok: '+', forbidden: '−', hidden: '' }
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const cells = (name: (typeof memberCases)[number][0], whose: Whose) =>
  standingNames.map((standing: Standing) => signs[ruled(name, standing, possible(standing, whose))])

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
].join('\n')

test('the committed table of rules is current: if a rule was meant to change, run npm run docs', async () => {
  await expect(text).toMatchFileSnapshot('../../../../docs/reference/policy.md')
})
