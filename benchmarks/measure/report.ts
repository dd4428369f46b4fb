import type { Figures, Scenario, Settings } from '../scenario.ts'
import type { Machine } from './machine.ts'
import { judge, ratioOf, type Spread, summarize, type Verdict } from './summary.ts'

/** The result of a run in the form in which it is stored: all rounds, and figures computed from them. */
export interface Result {
  scenario: string
  summary: string
  startedAt: string
  machine: Machine
  settings: Settings
  rounds: Record<string, Figures[]>
  spreads: Record<string, Record<string, Spread>>
  /** Each figure of Parley divided by that of each other target. */
  ratios: Record<string, Record<string, Spread>>
  verdicts: Verdict[]
}

/** Summarizes the rounds of a run, and judges them by the bars of the scenario. */
export const resultOf = (
  scenario: Scenario,
  run: Pick<Result, 'startedAt' | 'machine' | 'settings' | 'rounds'>,
): Result => {
  const { rounds } = run
  const figures = Object.keys(scenario.figures)
  const others = Object.keys(rounds).filter((target) => target !== 'parley' && rounds.parley?.length)
  const ratiosTo = (target: string) =>
    Object.fromEntries(figures.map((figure) => [figure, ratioOf(figure, rounds.parley ?? [], rounds[target] ?? [])]))
  return {
    scenario: scenario.name,
    summary: scenario.summary,
    ...run,
    spreads: Object.fromEntries(Object.entries(rounds).map(([target, made]) => [target, summarize(made)])),
    ratios: Object.fromEntries(others.map((target) => [target, ratiosTo(target)])),
    verdicts: scenario.bars
      .filter(({ target = 'parley', ratioTo = target }) => rounds[target]?.length && rounds[ratioTo]?.length)
      .map((bar) => judge(bar, rounds))
      // Figures that were not measured in this run are neither met nor missed.
      .filter(({ value }) => !Number.isNaN(value)),
  }
}

const digits = (value: number) => {
  if (!Number.isFinite(value)) return '–'
  const places = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3
  return value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places })
}

const cell = (spread: Spread | undefined) =>
  spread ? `${digits(spread.median)} (${digits(spread.min)}–${digits(spread.max)})` : '–'

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** The grid of a scenario for one target, with medians only. */
const gridLines = ({ grid }: Scenario, spreads: Record<string, Spread> = {}) => {
  if (!grid) return []
  const columns = Object.keys(grid.columns)
  const head = ['', ...Object.values(grid.columns)]
  const rows = Object.entries(grid.rows).map(([key, title]) =>
    row([title, ...columns.map((column) => digits(spreads[key + column]?.median ?? Number.NaN))]),
  )
  return [row(head), row(head.map(() => '---')), ...rows, '']
}

const verdictLine = ({ bar, value, met }: Verdict, scenario: Scenario) => {
  const { title = bar.title ?? bar.figure, unit = bar.unit ?? (bar.title ? 'ms' : '') } =
    scenario.figures[bar.figure] ?? {}
  const goal = bar.atMost === undefined ? `at least ${digits(bar.atLeast ?? 0)}` : `at most ${digits(bar.atMost)}`
  const measured = bar.ratioTo ? `${digits(value)} × ${bar.ratioTo}` : `${digits(value)} ${unit}`
  const whose = bar.target ? `${bar.target}: ` : ''
  return `- ${met ? 'met' : '**missed**'}: ${whose}${title} ${measured} (goal: ${goal})`
}

/** The result as Markdown. */
export const describe = (result: Result, scenario: Scenario): string => {
  const { machine, rounds, spreads, ratios, settings } = result
  const targets = Object.keys(rounds)
  const others = Object.keys(ratios)
  const head = ['figure', 'unit', ...targets, ...others.map((target) => `parley ÷ ${target}`)]
  const count = Math.max(...Object.values(rounds).map((made) => made.length))
  const lines = Object.entries(scenario.figures).map(([figure, { title, unit }]) =>
    row([
      title,
      unit,
      ...targets.map((target) => cell(spreads[target]?.[figure])),
      ...others.map((target) => digits(ratios[target]?.[figure]?.median ?? Number.NaN)),
    ]),
  )
  return [
    `# ${result.scenario}`,
    '',
    result.summary,
    '',
    `${result.startedAt}, commit ${machine.commit}, Node ${machine.node}, ${machine.cores} × ${machine.processor}, Linux ${machine.kernel}, ` +
      `load at the start ${machine.load.join(' ')}; ${count} rounds of ${settings.seconds} s, interleaved; median (min–max).`,
    '',
    row(head),
    row(head.map(() => '---')),
    ...lines,
    '',
    ...targets.flatMap((target) => gridLines(scenario, spreads[target])),
    ...result.verdicts.map((verdict) => verdictLine(verdict, scenario)),
    '',
  ].join('\n')
}
