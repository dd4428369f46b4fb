export const offers = {
  make: 'Make an offer',
  makeTitle: 'Make an offer',
  counterTitle: 'Make a counter-offer',
  amount: 'Amount',
  amountProblem: 'Write an amount, such as 1250 or 12.50.',
  currency: 'Currency',
  note: 'Note (optional)',
  openFor: 'Open for',
  duration: (hours: number) => {
    if (hours === 0) return 'No time limit'
    if (hours < 24) return hours === 1 ? '1 hour' : `${hours} hours`
    return hours === 24 ? '1 day' : `${hours / 24} days`
  },
  sendOffer: 'Send offer',
  sendCounter: 'Send counter-offer',

  offer: 'Offer',
  counterOffer: 'Counter-offer',
  offerOf: (amount: string) => `Offer of ${amount}`,
  /** In lists and announcements. */
  summary: (amount: string) => `Offer: ${amount}`,
  statuses: {
    open: 'Open',
    accepted: 'Accepted',
    declined: 'Declined',
    countered: 'Countered',
    withdrawn: 'Withdrawn',
    expired: 'Expired',
  },
  openUntil: (time: string) => `Open until ${time}`,

  accept: 'Accept',
  decline: 'Decline',
  counter: 'Counter',
  withdraw: 'Withdraw',

  history: 'History',
  steps: {
    offered: (amount: string) => `offered ${amount}`,
    countered: (amount: string) => `countered with ${amount}`,
    accepted: (amount: string) => `accepted ${amount}`,
    declined: (amount: string) => `declined ${amount}`,
    withdrawn: (amount: string) => `withdrew ${amount}`,
  },
}
