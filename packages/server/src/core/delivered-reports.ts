/** Says that a device of somebody holds a conversation up to a place. It is kept a little later, and told to the members. */
export type ReportDelivered = (userId: string, conversationId: string, seq: number) => void
