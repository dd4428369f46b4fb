import type { CrowdPlan } from './scenario.ts'

const range = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i)

/** Rooms of one size without common members; people are numbered room by room. */
export const roomsOf = (rooms: number, size: number): CrowdPlan => ({
  people: rooms * size,
  conversations: range(rooms).map((room) => ({ kind: 'room', people: range(size, room * size) })),
})

/** The same with one more person, the last of the crowd, who is in every room. */
export const roomsWithGuest = (rooms: number, size: number): CrowdPlan => {
  const plan = roomsOf(rooms, size)
  const guest = plan.people
  return {
    people: guest + 1,
    conversations: plan.conversations.map(({ kind, people }) => ({ kind, people: [...people, guest] })),
  }
}

/** Joins two crowds without common conversations; the people of the second are numbered after those of the first. */
export const beside = (one: CrowdPlan, other: CrowdPlan): CrowdPlan => ({
  people: one.people + other.people,
  conversations: [
    ...one.conversations,
    ...other.conversations.map(({ kind, people }) => ({ kind, people: people.map((person) => one.people + person) })),
  ],
})
