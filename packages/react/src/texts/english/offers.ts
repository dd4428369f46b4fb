const pastTense = { accepted: 'accepted', declined: 'declined', countered: 'countered', withdrawn: 'withdrew' }

export const offers = {
  make: 'Make an offer',
  makeTitle: 'Make an offer',
  counterTitle: 'Make a counter-offer',
  amount: 'Amount',
  amountProblem: 'Write an amount, such as 1250 or 12.50.',
  currency: 'Currency',
  note: 'Note (optional)',
  details: 'Details (optional)',
  addDetail: 'Add a detail',
  detailName: (place: number) => `Name of detail ${place}`,
  detailNameExample: 'Days',
  detailValue: (place: number) => `Detail ${place}`,
  detailValueExample: '2',
  removeDetail: (place: number) => `Remove detail ${place}`,
  detailsProblems: {
    unnamed: 'Give each detail a name.',
    doubled: 'Two details have the same name. Rename one of them.',
    refused: 'These details are too long for an offer. Shorten them.',
  },
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
  tooLate: 'Your answer came too late.',
  /** How it ended. `name` is null if the reader decided it. */
  outcome: (status: 'accepted' | 'declined' | 'countered' | 'withdrawn' | 'expired', name: string | null) =>
    status === 'expired' ? 'Its time ran out.' : `${name ?? 'You'} ${pastTense[status]} this offer.`,
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
