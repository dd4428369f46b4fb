/** Contacts for hosts that build their own screens: the hooks, the dialog, and buttons to show beside a person. */
export { ContactButtons } from './contact-buttons.tsx'
export { ContactsButton } from './contacts-button.tsx'
export { ContactsDialog } from './contacts-dialog.tsx'
export { useContactState, useContacts, useReceivedCount } from './use-contacts.ts'
