import { parseArgs } from 'node:util'
import { isTarget, type TargetName, targetNames } from './generator/vocabulary.ts'
import type { Scenario, Settings } from './scenario.ts'
import { scenarioNamed, scenarios } from './scenarios.ts'

/** One scenario with all settings of a run. */
export interface Plan {
  scenario: Scenario
  targets: TargetName[]
  rounds: number
  settings: Settings
}

export interface Options {
  plans: Plan[]
  /** Writes the result under the name of the scenario, to be committed; else with the prefix `local-`. */
  keep: boolean
}

const own = {
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  warmup: { type: 'string' },
  text: { type: 'string', default: '270' },
  targets: { type: 'string', default: targetNames.join(',') },
  smoke: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
} as const

const usual = { rounds: 5, seconds: 6, warmupSeconds: 4 }

const positive = (flag: string, text: string | boolean | undefined) => {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${flag} takes a number above 0, not "${text}".`)
  return value
}

/**
 * Reads the arguments of `npm run bench`: names of scenarios (all if there is none), then flags. Throws for an unknown
 * scenario, target or flag, and for a number that is not above 0.
 *
 * @example readOptions(['fan-out', '--rounds', '3', '--inFlight', '80'])
 */
export const readOptions = (args: string[]): Options => {
  const names = [...new Set(scenarios.flatMap((scenario) => Object.keys(scenario.numbers)))]
  const flags = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { ...flags, ...own } })
  const targets = values.targets.split(',')
  const unknown = targets.find((name) => !isTarget(name))
  if (unknown !== undefined) throw new Error(`There is no target "${unknown}": ${targetNames.join(', ')}`)
  const given: Record<string, string | boolean | undefined> = values
  const numberOf = (flag: string, otherwise: number) =>
    given[flag] === undefined ? otherwise : positive(flag, given[flag])

  const planOf = (scenario: Scenario): Plan => {
    const { numbers = {}, ...usually } = { ...usual, ...scenario.defaults, ...(values.smoke ? scenario.smoke : {}) }
    const all = { ...scenario.numbers, ...numbers }
    return {
      scenario,
      targets: scenario.targets.filter((name) => targets.includes(name)),
      rounds: numberOf('rounds', usually.rounds),
      settings: {
        seconds: numberOf('seconds', usually.seconds),
        warmupSeconds: numberOf('warmup', usually.warmupSeconds),
        textLength: positive('text', values.text),
        numbers: Object.fromEntries(Object.entries(all).map(([name, number]) => [name, numberOf(name, number)])),
      },
    }
  }
  const wanted = positionals.length > 0 ? positionals.map(scenarioNamed) : scenarios
  return { plans: wanted.map(planOf), keep: values.keep }
}
