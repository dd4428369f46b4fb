/**
 * `npm run bench -- [scenario…] [--smoke] [--rounds 5] [--seconds 6] [--targets parley,bare-ws] [--keep]`; see
 * README.md.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { Answer, Request } from './generator/generator.ts'
import type { TargetName } from './generator/vocabulary.ts'
import { describeMachine } from './measure/machine.ts'
import { describe, resultOf } from './measure/report.ts'
import { generatorCore } from './measure/window.ts'
import { type Plan, readOptions } from './options.ts'
import type { Control, Figures, Job } from './scenario.ts'
import { startPinned } from './targets/pinned-process.ts'
import { createTarget, type Target } from './targets/target.ts'

const results = new URL('results/', import.meta.url)

const answerTo = async ({ ask, input }: Request, control: Control): Promise<Answer> => {
  try {
    const act = control[ask] as (...input: unknown[]) => Promise<unknown>
    return { ask, result: await act(...input) }
  } catch (error) {
    return { ask, error: String(error) }
  }
}

const generate = (job: Job, control: Control): Promise<Figures> =>
  new Promise((resolve, reject) => {
    const generator = startPinned({ script: `${import.meta.dirname}/generator/generator.ts`, core: generatorCore })
    generator.on('message', (message: { figures: Figures } | { error: string } | Request) => {
      if ('figures' in message) resolve(message.figures)
      else if ('error' in message) reject(new Error(message.error))
      else void answerTo(message, control).then((answer) => generator.send(answer))
    })
    generator.once('exit', (code) => reject(new Error(`The generator ended (${code}) without an answer.`)))
    generator.send(job)
  })

const round = async ({ scenario, settings }: Plan, name: TargetName, target: Target): Promise<Figures> => {
  const { served, control, stop } = await target.start()
  try {
    return await generate({ scenario: scenario.name, target: name, ...served, settings }, control)
  } finally {
    await stop()
  }
}

/** Runs the targets in turn (A B C A B C …), so that changes of the machine during the run affect all alike. */
const runPlan = async (plan: Plan) => {
  const { scenario, settings } = plan
  const startedAt = new Date().toISOString()
  const machine = describeMachine()
  const rounds: Record<string, Figures[]> = {}
  const targets = new Map<TargetName, Target>()
  try {
    for (const name of plan.targets) targets.set(name, await createTarget(name, scenario.crowd(settings.numbers)))
    for (let i = 1; i <= plan.rounds; i += 1) {
      for (const [name, target] of targets) {
        const figures = await round(plan, name, target)
        rounds[name] = [...(rounds[name] ?? []), figures]
        const first = Object.keys(scenario.figures).slice(0, 4)
        console.error(
          `${i}/${plan.rounds} ${name}: ${first.map((key) => `${key} ${figures[key]?.toFixed(2)}`).join(', ')}`,
        )
      }
    }
  } finally {
    for (const target of targets.values()) await target.dispose()
  }
  return resultOf(scenario, { startedAt, machine, settings, rounds })
}

const main = async () => {
  const { plans, keep } = readOptions(process.argv.slice(2))
  if (process.platform !== 'linux' || cpus().length < 2) {
    throw new Error('The benchmarks need Linux and two cores: one for the server, one for the load.')
  }
  await mkdir(results, { recursive: true })
  for (const plan of plans) {
    const { scenario } = plan
    if (plan.targets.length === 0) throw new Error(`${scenario.name} knows the targets ${scenario.targets.join(', ')}.`)
    const result = await runPlan(plan)
    const text = describe(result, scenario)
    const name = keep ? scenario.name : `local-${scenario.name}`
    await writeFile(new URL(`${name}.json`, results), `${JSON.stringify(result, null, 2)}\n`)
    await writeFile(new URL(`${name}.md`, results), text)
    console.log(text)
  }
}

await main()
