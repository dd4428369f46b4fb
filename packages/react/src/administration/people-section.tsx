import type { AdministeredPerson } from '@parley/protocol'
import { useId, useState } from 'react'
import { TextField } from '../ui/field.tsx'
import { ListEnd, Skeleton } from '../ui/notice.tsx'
import { useAdministrationTexts } from './administration-texts.ts'
import { PersonRow } from './person-row.tsx'
import { useAdministeredPeople } from './use-administration.ts'
import { usePausedQuery } from './use-paused-query.ts'

type State = AdministeredPerson['state']

interface PeopleSectionProps {
  linkOf: (token: string) => string
}

/**
 * The people of the server, in pages, with a search, a filter by state, and a menu of acts for each, except oneself.
 * Loads them when it is mounted and for each search and state, and shows errors with a button that tries again. A
 * person whose state an act changed stays in the list. `linkOf` makes the address of a password link from its token.
 */
export function PeopleSection({ linkOf }: PeopleSectionProps) {
  const texts = useAdministrationTexts()
  const { typed, setTyped, query } = usePausedQuery()
  const [state, setState] = useState<State | undefined>()
  const { items, replace, ...pages } = useAdministeredPeople({ query, state })
  return (
    <>
      <div className="parley-administration__search">
        <TextField
          label={texts.findPeople}
          type="search"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <StateField value={state} onChange={setState} />
      </div>
      {!items && !pages.error && <Skeleton label={texts.lookingForPeople} />}
      <ul className="parley-people" aria-label={texts.people}>
        {items?.map((person) => (
          <PersonRow key={person.user.id} person={person} linkOf={linkOf} onChange={replace} />
        ))}
      </ul>
      {items?.length === 0 && <p className="parley-hint">{texts.nobodyFound}</p>}
      <ListEnd pages={pages} label={texts.more} />
    </>
  )
}

interface StateFieldProps {
  value: State | undefined
  onChange: (state: State | undefined) => void
}

function StateField({ value, onChange }: StateFieldProps) {
  const id = useId()
  const texts = useAdministrationTexts()
  return (
    <div className="parley-field">
      <label className="parley-field__label" htmlFor={id}>
        {texts.whichPeople}
      </label>
      <select
        id={id}
        className="parley-input"
        value={value ?? ''}
        onChange={(event) => onChange((event.target.value || undefined) as State | undefined)}
      >
        <option value="">{texts.everybody}</option>
        {Object.entries(texts.states).map(([state, label]) => (
          <option key={state} value={state}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}
