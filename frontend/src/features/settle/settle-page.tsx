import './settle.css';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { bySeriousness, conflictsQuery, isSerious } from '@/clinic/conflicts';
import { useWhen } from '@/clinic/use-when';
import { fieldName, valueText } from '@/clinic/values';
import { Bones } from '@/components/bones';
import { Button } from '@/components/button';
import { Heading } from '@/components/heading';
import { Message, Status } from '@/components/message';
import { phone, useMedia } from '@/components/use-media';
import type { Conflict } from '@/lib/api/types';
import { Case } from './case';

const views = ['open', 'auto', 'resolved'] as const satisfies readonly Conflict['status'][];

/** List and case: what was written twice, and one of it to be decided. */
export function SettlePage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const navigate = useNavigate();
  const narrow = useMedia(phone);
  const [view, setView] = useState<Conflict['status']>('open');
  const list = useQuery(conflictsQuery(view));
  const conflicts = [...(list.data?.results ?? [])].sort(bySeriousness);
  const chosen = id ?? (narrow ? undefined : conflicts[0]?.id);
  const after = conflicts[(conflicts.findIndex((conflict) => conflict.id === chosen) + 1) % conflicts.length];
  const next = after && after.id !== chosen ? after.id : undefined;
  if (narrow && id !== undefined) {
    return (
      <div className="settle">
        <Case key={id} id={id} next={next} back={list.data?.count} />
      </div>
    );
  }
  const title =
    list.data && view === 'open' ? t('settle.say', { count: list.data.count }) : t('settle.title');
  return (
    <div className="settle">
      <section className="list" aria-label={t('settle.list')}>
        <div className="list-top">
          {/* Beside a case, the page's sentence is the question of the case. */}
          {chosen && !narrow ? (
            <h2 className="say">{title}</h2>
          ) : (
            <Heading title={t('nav.settle')}>{title}</Heading>
          )}
          <nav className="views" aria-label={t('settle.which')}>
            {views.map((name) => (
              <View
                key={name}
                name={name}
                current={name === view}
                onChoose={() => {
                  setView(name);
                  void navigate('/settle', { replace: true });
                }}
              />
            ))}
          </nav>
        </div>
        {list.isPending && <Bones label={t('state.loading')} />}
        {list.isError && !list.data && (
          <Message
            meaning="waiting"
            action={<Button onClick={() => void list.refetch()}>{t('wrong.tryAgain')}</Button>}
          >
            {t('settle.failed')}
          </Message>
        )}
        {conflicts.map((conflict) => (
          <Row key={conflict.id} conflict={conflict} current={conflict.id === chosen} />
        ))}
        {list.data && (
          <p className="note end-note">{t(conflicts.length > 0 ? 'settle.order' : `settle.none.${view}`)}</p>
        )}
      </section>
      {!narrow && chosen && <Case key={chosen} id={chosen} next={next} />}
      {!narrow && !chosen && list.isSuccess && (
        <div className="case">
          <p className="soft">{t(`settle.none.${view}`)}</p>
        </div>
      )}
    </div>
  );
}

function View({
  name,
  current,
  onChoose,
}: {
  name: Conflict['status'];
  current: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const count = useQuery(conflictsQuery(name, 1)).data?.count;
  return (
    <Link
      to="/settle"
      aria-current={current ? 'true' : undefined}
      onClick={(event) => {
        event.preventDefault();
        onChoose();
      }}
    >
      {t(`settle.views.${name}`)} {count}
    </Link>
  );
}

function Row({ conflict, current }: { conflict: Conflict; current: boolean }) {
  const { t } = useTranslation();
  const when = useWhen();
  const value = (entry: Conflict['kept']) => valueText(t, conflict.field, entry.value);
  return (
    <Link
      className={current ? 'c here' : 'c'}
      to={`/settle/${conflict.id}`}
      aria-current={current ? 'page' : undefined}
    >
      <span className="name">{conflict.patient?.name ?? conflict.entity_label}</span>
      <p>
        <span className="why">{fieldName(t, conflict.field, conflict.field_label)}.</span>{' '}
        {t('settle.or', { kept: value(conflict.kept), other: value(conflict.other) })}
      </p>
      <span className="row wrap">
        {isSerious(conflict) ? (
          <Status meaning="alert">{t('settle.serious')}</Status>
        ) : (
          <Status meaning="conflict">{t('settle.two')}</Status>
        )}
        <span className="note">{t('settle.since', { when: when(latest(conflict)) })}</span>
      </span>
    </Link>
  );
}

const latest = ({ kept, other }: Conflict) =>
  Date.parse(kept.at) > Date.parse(other.at) ? kept.at : other.at;
