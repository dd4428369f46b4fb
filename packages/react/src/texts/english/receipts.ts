export const receipts = {
  waiting: 'Sending',
  failed: 'Not sent',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  unread: 'unread',

  readers: 'Who has read it',
  loadingReaders: 'Loading who has read it',
  readBy: 'Read by',
  deliveredTo: 'Delivered to',
  notYetWith: 'Not delivered yet',
  showMore: 'Show more',
}
