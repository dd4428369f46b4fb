export const receipts = {
  waiting: 'Sending',
  failed: 'Not sent',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  unread: 'unread',
}
