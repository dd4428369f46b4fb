import type { CrowdPlan } from './scenario.ts'

const range = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i)

/** Rooms of one size, each with people of its own: the first are 0, 1, … of the first room. */
export const roomsOf = (rooms: number, size: number): CrowdPlan => ({
  people: rooms * size,
  conversations: range(rooms).map((room) => ({ kind: 'room', people: range(size, room * size) })),
})

/** The same with one more person who is in every room; the last of the crowd. */
export const roomsWithGuest = (rooms: number, size: number): CrowdPlan => {
  const plan = roomsOf(rooms, size)
  const guest = plan.people
  return {
    people: guest + 1,
    conversations: plan.conversations.map(({ kind, people }) => ({ kind, people: [...people, guest] })),
  }
}

/** Two crowds of people who do not know each other, the second one counted on from the first. */
export const beside = (one: CrowdPlan, other: CrowdPlan): CrowdPlan => ({
  people: one.people + other.people,
  conversations: [
    ...one.conversations,
    ...other.conversations.map(({ kind, people }) => ({ kind, people: people.map((person) => one.people + person) })),
  ],
})
