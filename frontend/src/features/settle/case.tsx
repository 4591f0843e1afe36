import ChevronLeftOutlined from '@mui/icons-material/ChevronLeftOutlined';
import ShieldOutlined from '@mui/icons-material/ShieldOutlined';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { readAllergies } from '@/clinic/allergies';
import { conflictQuery, useSettle } from '@/clinic/conflicts';
import { maySettle } from '@/clinic/roles';
import { usePerson } from '@/clinic/session';
import { useWhen } from '@/clinic/use-when';
import { fieldKey, fieldName, isGroup, valueText } from '@/clinic/values';
import { Bones } from '@/components/bones';
import { Button, ButtonLink } from '@/components/button';
import { Field } from '@/components/field';
import { Heading, useFocusOnOpen } from '@/components/heading';
import { Disc } from '@/components/icons';
import { KeyCap } from '@/components/key-cap';
import { Message } from '@/components/message';
import { useKeys } from '@/components/use-keys';
import { isApiError } from '@/lib/api/error';
import type { Conflict, Decision, Entry } from '@/lib/api/types';
import { Lanes } from './lanes';

type Choice = Decision['choice'];

interface Props {
  id: string;
  next: string | undefined;
  /** How many wait in the list behind, on a phone. */
  back?: number | undefined;
}

export function Case({ id, next, back }: Props) {
  const { t } = useTranslation();
  const conflict = useQuery(conflictQuery(id));
  return (
    <article className="case">
      {back !== undefined && (
        <Link className="back" to="/settle">
          <ChevronLeftOutlined />
          {t('settle.back', { count: back })}
        </Link>
      )}
      {conflict.data && <Decide conflict={conflict.data} next={next} />}
      {conflict.isPending && <Bones label={t('state.loading')} />}
      {isApiError(conflict.error, 404) && <Gone />}
    </article>
  );
}

/** Settled, or replaced because somebody wrote again: either way another one, if any, is in the list. */
function Gone() {
  const { t } = useTranslation();
  return (
    <>
      <Heading title={t('nav.settle')}>{t('settle.goneTitle')}</Heading>
      <Message meaning="conflict" action={<ButtonLink to="/settle">{t('settle.toList')}</ButtonLink>}>
        {t('settle.gone')}
      </Message>
    </>
  );
}

/** A conflict's newer state, as a refusal carries it. */
const newer = (body: Record<string, unknown>): Conflict | undefined => {
  const current: unknown = body['id']
    ? body
    : Array.isArray(body['current'])
      ? body['current'][0]
      : body['current'];
  return isGroup(current) && typeof current['id'] === 'string' ? (current as unknown as Conflict) : undefined;
};

function Decide({ conflict, next }: { conflict: Conflict; next: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { role } = usePerson();
  const settle = useSettle();
  const heading = useFocusOnOpen<HTMLHeadingElement>();
  const third = useRef<HTMLInputElement>(null);
  const [choice, setChoice] = useState<Choice>();
  const [text, setText] = useState(() => blankOf(conflict));
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<string>();
  const [moved, setMoved] = useState(false);
  const open = conflict.status !== 'resolved';
  const mayWrite = maySettle(role, conflict.entity);
  const writable = conflict.kind === 'register' || conflict.kind === 'set';
  const written = isGroup(text) ? text : text.trim();
  const said = isGroup(written)
    ? Object.values(written).some((part) => String(part).trim() !== '')
    : written !== '';

  const decide = () => {
    if (!open || !mayWrite || settle.isPending) return;
    if (choice === undefined || (choice === 'value' && !said)) {
      setProblem(choice === 'value' ? t('settle.writeFirst') : t('settle.chooseFirst'));
      return;
    }
    setProblem(undefined);
    const decision: Decision = {
      choice,
      ...(choice === 'value' && { value: written }),
      ...(note.trim() !== '' && { note: note.trim() }),
    };
    settle.mutate(
      { conflict, decision },
      {
        onSuccess: () => void navigate(next ? `/settle/${next}` : '/settle', { state: { settled: true } }),
        onError: (error) => {
          if (!isApiError(error)) return;
          const current = error.status === 412 || error.status === 409 ? newer(error.body) : undefined;
          if (!current)
            return setProblem(error.passing ? t('settle.notYet') : (error.detail ?? t('form.refused')));
          queries.setQueryData(conflictQuery(current.id).queryKey, current);
          void queries.invalidateQueries({ queryKey: ['conflicts', 'all'] });
          setChoice(undefined);
          setMoved(true);
          if (current.id !== conflict.id) void navigate(`/settle/${current.id}`, { replace: true });
        },
      },
    );
  };
  const leave = next === undefined ? undefined : () => void navigate(`/settle/${next}`);
  const choose = (value: Choice) => {
    if (!open || !mayWrite) return;
    setChoice(value);
    setProblem(undefined);
  };
  useKeys({
    1: () => choose('kept'),
    2: () => choose('other'),
    3: () => third.current?.focus(),
    J: leave,
    'Ctrl Enter': decide,
  });

  const value = (entry: Entry) => valueText(t, conflict.field, entry.value);
  const name = spoken(conflict.patient?.name);
  const field = fieldName(t, conflict.field, conflict.field_label);
  const question = questionFor(conflict);
  return (
    <>
      <p className="quiet">{t(sameSite(conflict) ? 'settle.whySame' : 'settle.why', { field })}</p>
      <h1 className="say" ref={heading} tabIndex={-1}>
        <title>{`${t('nav.settle')} · himsog`}</title>
        <Trans
          t={t}
          i18nKey={`settle.question.${question}`}
          values={{ name, field: field.toLowerCase() }}
          components={{ person: <span className="name" /> }}
        />
      </h1>
      {moved && (
        <Message meaning="conflict" urgent>
          {t('settle.moved')}
        </Message>
      )}
      {conflict.status === 'auto' && <Message meaning="pending">{t('settle.auto')}</Message>}
      {conflict.status === 'resolved' && <Resolved conflict={conflict} />}
      {conflict.clock_suspect && <Message meaning="pending">{t('settle.clock')}</Message>}
      <Lanes conflict={conflict} />
      <div className="two" role={open && mayWrite ? 'radiogroup' : undefined} aria-label={t('settle.which')}>
        {(['kept', 'other'] as const).map((which) => (
          <section className="v" key={which}>
            <h2>
              <Disc hollow={which === 'other'} />
              {t(
                which === 'kept' ? `settle.kept.${writtenLast(conflict) ? 'last' : 'until'}` : 'settle.other',
              )}
            </h2>
            <Value conflict={conflict} entry={conflict[which]} />
            <Facts entry={conflict[which]} />
            {open && mayWrite && (
              <div>
                <Then conflict={conflict} entry={conflict[which]} />
                <button
                  type="button"
                  className="opt1"
                  role="radio"
                  aria-checked={choice === which}
                  onClick={() => choose(which)}
                >
                  <i />
                  <span className="grow">{value(conflict[which])}</span>
                  <KeyCap keys={which === 'kept' ? '1' : '2'} />
                </button>
              </div>
            )}
          </section>
        ))}
      </div>
      {open && mayWrite && (
        <>
          <div className="third">
            {writable && (
              <ThirdWay
                conflict={conflict}
                text={text}
                inputRef={third}
                onFocus={() => choose('value')}
                onChange={setText}
              />
            )}
            <Field
              label={t('settle.note')}
              optional={t('form.optional')}
              hint={t('settle.noteHint')}
              placeholder={t('settle.noteExample')}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          </div>
          {problem && (
            <Message meaning="rejected" urgent>
              {problem}
            </Message>
          )}
          <div className="end">
            <Button main keys="Ctrl Enter" onClick={decide} aria-busy={settle.isPending}>
              <span className="clip">{label()}</span>
            </Button>
            {leave && (
              <Button keys="J" onClick={leave}>
                {t('settle.leave')}
              </Button>
            )}
            {conflict.patient && (
              <ButtonLink quiet to={`/patients/${conflict.patient.id}`}>
                {t('settle.chart')}
              </ButtonLink>
            )}
          </div>
          <p className="whole-note">
            <ShieldOutlined />
            <span>{t('settle.until')}</span>
          </p>
        </>
      )}
      {open && !mayWrite && <Message meaning="pending">{t('settle.notYours')}</Message>}
    </>
  );

  function label(): string {
    if (choice === undefined) return t('settle.settle');
    const what =
      choice === 'value' ? (said ? valueText(t, conflict.field, written) : '') : value(conflict[choice]);
    return what === '' ? t('settle.settle') : t('settle.settleAs', { what });
  }
}

const sameSite = ({ kept, other }: Conflict) =>
  kept.site?.no !== undefined && kept.site.no === other.site?.no;

/** An entry made against an older version may be the later one and still not be the one that is shown. */
const writtenLast = ({ kind, kept, other }: Conflict) =>
  kind !== 'state' && Date.parse(kept.at) >= Date.parse(other.at);

/** `Santos, Maria` as it is said in a sentence. */
function spoken(name: string | undefined): string {
  const [last, first] = (name ?? '').split(', ');
  return first ? `${first} ${last}` : (last ?? '');
}

function questionFor(conflict: Conflict): 'allergies' | 'medications' | 'life' | 'visit' | 'other' {
  if (conflict.kind === 'life') return 'life';
  if (conflict.field === 'allergies' || conflict.field === 'medications') return conflict.field;
  return conflict.entity === 'medical_record' ? 'visit' : 'other';
}

function blankOf(conflict: Conflict): string | Record<string, string> {
  const shape = isGroup(conflict.kept.value) ? conflict.kept.value : conflict.other.value;
  return isGroup(shape) ? Object.fromEntries(Object.keys(shape).map((key) => [key, ''])) : '';
}

function Value({ conflict, entry }: { conflict: Conflict; entry: Entry }) {
  const { t } = useTranslation();
  if (!isGroup(entry.value)) return <p className="val pre">{valueText(t, conflict.field, entry.value)}</p>;
  return (
    <dl className="val-group">
      {Object.entries(entry.value).map(([name, part]) => (
        <div key={name}>
          <dt>{fieldName(t, name)}</dt>
          <dd>{valueText(t, name, part)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Facts({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const when = useWhen();
  return (
    <dl>
      <dt>{t('settle.who')}</dt>
      <dd>
        <b className="strong">{entry.by?.name ?? t('history.someone')}</b>
        {entry.by?.role && `, ${t(`roles.${entry.by.role}`).toLowerCase()}`}
      </dd>
      <dt>{t('settle.where')}</dt>
      <dd>{entry.site?.name ?? t('value.nothing')}</dd>
      <dt>{t('settle.when')}</dt>
      <dd className="num">{when(entry.at)}</dd>
    </dl>
  );
}

/** What follows from a choice, as far as it is certain. */
function Then({ conflict, entry }: { conflict: Conflict; entry: Entry }) {
  const { t } = useTranslation();
  if (conflict.field !== 'allergies')
    return (
      <p className="then">
        <b className="strong">{t('settle.ifThis')}</b> {t('settle.then.shown')}
      </p>
    );
  const read = readAllergies(entry.value);
  const warns = read.state === 'recorded';
  return (
    <p className={warns ? 'then' : 'then stop'}>
      <b className="strong">{t('settle.ifThis')}</b>{' '}
      {warns ? t('settle.then.warns', { what: read.substances.join(', ') }) : t('settle.then.stops')}
    </p>
  );
}

interface ThirdProps {
  conflict: Conflict;
  text: string | Record<string, string>;
  inputRef: React.Ref<HTMLInputElement>;
  onFocus: () => void;
  onChange: (text: string | Record<string, string>) => void;
}

function ThirdWay({ conflict, text, inputRef, onFocus, onChange }: ThirdProps) {
  const { t } = useTranslation();
  const hint = (
    <>
      <KeyCap keys="3" /> {t('settle.thirdHint')}
    </>
  );
  if (!isGroup(text))
    return (
      <Field
        label={t('settle.third')}
        hint={hint}
        inputRef={inputRef}
        value={text}
        onFocus={onFocus}
        onChange={(event) => onChange(event.target.value)}
        placeholder={fieldKey(conflict.field) === 'allergies' ? t('settle.thirdExample') : undefined}
      />
    );
  return (
    <fieldset className="field">
      <legend className="lab">{t('settle.third')}</legend>
      {Object.keys(text).map((name, index) => (
        <Field
          key={name}
          label={fieldName(t, name)}
          inputRef={index === 0 ? inputRef : undefined}
          value={text[name] ?? ''}
          onFocus={onFocus}
          onChange={(event) => onChange({ ...text, [name]: event.target.value })}
        />
      ))}
    </fieldset>
  );
}

function Resolved({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation();
  const when = useWhen();
  return (
    <Message meaning="conflict">
      {t('settle.resolved', {
        who: conflict.resolved_by?.name ?? t('history.someone'),
        when: conflict.resolved_at ? when(conflict.resolved_at) : '',
      })}
      {conflict.note && <p>{conflict.note}</p>}
    </Message>
  );
}
