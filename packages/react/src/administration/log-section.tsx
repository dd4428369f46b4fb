import { useTexts } from '../texts/use-texts.ts'
import { ListEnd, Skeleton } from '../ui/notice.tsx'
import { useAdministrationTexts } from './administration-texts.ts'
import { type ShownAct, useAdministrationActs } from './use-administration.ts'

/**
 * The log of administrators' acts, the latest first, in pages. Loads it when it is mounted, and shows errors with a
 * button that tries again; acts that follow do not appear by themselves.
 */
export function LogSection() {
  const texts = useAdministrationTexts()
  const pages = useAdministrationActs()
  const { items, error } = pages
  return (
    <>
      {!items && !error && <Skeleton label={texts.loadingLog} />}
      <ul className="parley-people" aria-label={texts.log}>
        {items?.map((shown) => (
          <ActRow key={shown.act.number} shown={shown} />
        ))}
      </ul>
      {items?.length === 0 && <p className="parley-hint">{texts.nothingYet}</p>}
      <ListEnd pages={pages} label={texts.more} />
    </>
  )
}

function ActRow({ shown: { act, actor, user } }: { shown: ShownAct }) {
  const texts = useAdministrationTexts()
  const { times } = useTexts()
  return (
    <li className="parley-person">
      <span className="parley-person__names">
        <span className="parley-person__name">
          {texts.acts[act.act]} <bdi>{act.act === 'removeRoom' ? act.roomName : user?.displayName}</bdi>
        </span>
        <span className="parley-person__username">
          {texts.by} <bdi>{actor?.displayName}</bdi> ·{' '}
          <time dateTime={new Date(act.at).toISOString()} title={times.complete(act.at)}>
            {times.ago(act.at, Date.now())}
          </time>
        </span>
        {act.reason && (
          <span className="parley-administration__reason" dir="auto">
            {act.reason}
          </span>
        )}
      </span>
    </li>
  )
}
