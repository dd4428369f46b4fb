import { SeededRandom } from '../../simulator/seeded-random.ts'
import type { Made } from './made.ts'
import { sealed, type Voice } from './voice.ts'

const emojis = ['👍', '🎉', '😂'] as const

interface Action {
  about?: string
  run(): Promise<unknown>
}

/** Chooses what somebody does next. */
class Chooser {
  private count = 0
  private readonly made: Made
  private readonly random: SeededRandom

  constructor(made: Made, random: SeededRandom) {
    this.made = made
    this.random = random
  }

  next(by: Voice): Action {
    const { made, random } = this
    const own = random.pick([...made.left].filter(([, message]) => message.by === by))?.[0]
    const id = random.pick([...made.left.keys()])
    const dice = random.next()
    if (id === undefined || dice < 0.45) return this.send(by)
    if (dice < 0.6 && own && by.edit) return this.edit(by, own)
    if (dice < 0.7 && own && by.delete) return { about: own, run: () => made.remove(own, by) }
    if (dice < 0.9 && by.react) return this.react(by, id)
    return { about: id, run: async () => by.read?.(made.room, id) }
  }

  private send(by: Voice): Action {
    const said = this.say(by)
    return { run: () => this.made.say(by, said) }
  }

  private edit(by: Voice, about: string): Action {
    const said = this.say(by)
    return { about, run: () => this.made.edit(about, by, said) }
  }

  private react(by: Voice, about: string): Action {
    const [emoji = '👍', isOn] = [this.random.pick(emojis), this.random.chance(0.7)]
    return { about, run: async () => by.react?.(this.made.room, about, emoji, isOn) }
  }

  /** No two texts are alike. */
  private say(by: Voice): string {
    this.count += 1
    const text = `${by.name} says ${this.count}`
    return by.seals && this.random.chance(0.5) ? sealed(text) : text
  }
}

/**
 * Makes 20 bursts of random actions, those of a burst at once, at most one for each voice and message. The seed decides
 * everything except the order inside of a burst.
 */
export async function liveThrough(made: Made, voices: readonly Voice[], seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  const chooser = new Chooser(made, random)
  for (let burst = 0; burst < 20; burst += 1) {
    const actions = voices.filter(() => random.chance(0.5)).map((voice) => chooser.next(voice))
    // What comes of two that touch one message would be a matter of luck: only the first is done.
    const isFirst = ({ about }: Action, at: number) =>
      about === undefined || actions.findIndex((action) => action.about === about) === at
    await Promise.all(actions.filter(isFirst).map((action) => action.run()))
  }
}
