import { type ReactNode, useState } from 'react'
import { BlockedList } from '../blocks/blocked-list.tsx'
import { useWatchPresence } from '../presence/use-presence.ts'
import { formatNumber } from '../texts/number-format.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { PeopleSearch } from '../users/people-search.tsx'
import { useMe } from '../users/use-users.ts'
import { ContactButtons } from './contact-buttons.tsx'
import { contactIcon } from './contact-icons.ts'
import { ContactItem } from './contact-item.tsx'
import { useContacts, useFreshNames, useReceivedCount } from './use-contacts.ts'

interface ContactsDialogProps {
  onClose: () => void
  onOpen: (conversationId: string) => void
}

type Section = 'people' | 'requests' | 'find' | 'blocked'

/**
 * A dialog with tabs for contacts, open requests, the search for people, and blocked people. It begins with the
 * requests if one waits for an answer when it is mounted. Then it also loads the present names of contacts, once. While
 * the tab of contacts is shown, it watches the presence of the first 100. `onOpen` gets a direct conversation that was
 * opened; it does not close the dialog.
 */
export function ContactsDialog({ onClose, onOpen }: ContactsDialogProps) {
  const texts = useTexts().contacts
  const received = useReceivedCount()
  const [section, setSection] = useState<Section>(received > 0 ? 'requests' : 'people')
  useFreshNames()
  const tab = (key: Section, face: ReactNode = texts[key]) => ({ key, label: texts[key], face })
  const requests = (
    <>
      {texts.requests} {received > 0 && <span className="parley-badge">{formatNumber(received)}</span>}
    </>
  )
  return (
    <Dialog title={texts.contacts} onClose={onClose}>
      <div className="parley-contacts">
        <Tabs
          label={texts.sections}
          tabs={[
            tab('people'),
            { ...tab('requests', requests), label: texts.requestsWaiting(received) },
            tab('find', texts.findBrief),
            tab('blocked'),
          ]}
          current={section}
          onChange={(key) => setSection(key as Section)}
        >
          {section === 'people' && <KnownPeople onOpen={onOpen} onFind={() => setSection('find')} />}
          {section === 'requests' && <Requests onOpen={onOpen} />}
          {section === 'find' && <NewPeople onOpen={onOpen} />}
          {section === 'blocked' && <BlockedList />}
        </Tabs>
      </div>
    </Dialog>
  )
}

interface PeopleProps {
  onOpen: (conversationId: string) => void
}

function KnownPeople({ onOpen, onFind }: PeopleProps & { onFind: () => void }) {
  const texts = useTexts().contacts
  const people = useContacts('accepted')
  useWatchPresence(people.slice(0, 100).map(({ id }) => id))
  if (people.length === 0) {
    return (
      <EmptyState icon={contactIcon} title={texts.nobodyYet}>
        <Button look="primary" onClick={onFind}>
          {texts.find}
        </Button>
      </EmptyState>
    )
  }
  return (
    <ul className="parley-people" aria-label={texts.people}>
      {people.map((user) => (
        <ContactItem key={user.id} user={user} onOpen={onOpen} />
      ))}
    </ul>
  )
}

function Requests({ onOpen }: PeopleProps) {
  const texts = useTexts().contacts
  const lists = [
    { key: 'received', people: useContacts('received') },
    { key: 'requested', people: useContacts('requested') },
  ] as const
  const shown = lists.filter(({ people }) => people.length > 0)
  if (shown.length === 0) return <EmptyState icon={contactIcon} title={texts.noRequests} />
  return shown.map(({ key, people }) => (
    <section key={key} aria-label={texts[key]}>
      <h3 className="parley-contacts__heading">{texts[key]}</h3>
      <ul className="parley-people" aria-label={texts[key]}>
        {people.map((user) => (
          <ContactItem key={user.id} user={user} onOpen={onOpen} />
        ))}
      </ul>
    </section>
  ))
}

function NewPeople({ onOpen }: PeopleProps) {
  const me = useMe()
  const texts = useTexts().conversations
  return (
    <PeopleSearch label={texts.findPerson} without={({ id }) => id === me?.id}>
      {(user) => (
        <span className="parley-contact__buttons">
          <ContactButtons user={user} onOpen={onOpen} />
        </span>
      )}
    </PeopleSearch>
  )
}
