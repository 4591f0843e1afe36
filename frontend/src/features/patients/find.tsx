import Search from '@mui/icons-material/Search';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { findQuery, listName } from '@/clinic/patients';
import { KeyCap } from '@/components/key-cap';
import { phone, useMedia } from '@/components/use-media';
import type { Patient } from '@/lib/api/types';
import { ageOn, dateText } from '@/lib/time';
import './find.css';

const settleMs = 80;

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Finds a person by name, id or number, on every page. What is typed never becomes part of an address. */
export function Find() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const narrow = useMedia(phone);
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const search = useSettled(text.trim());
  const found = useQuery({
    ...findQuery(search),
    enabled: open && search.length > 0,
    placeholderData: keepPreviousData,
  });
  const people = search.length > 0 ? (found.data?.results ?? []) : [];
  const showing = open && text.trim().length > 0;
  const listed = found.isSuccess && !found.isPlaceholderData;
  const nobody = showing && listed && people.length === 0;

  const close = () => {
    setOpen(false);
    setText('');
    setAt(0);
  };
  const choose = (patient: Patient) => {
    close();
    input.current?.blur();
    void navigate(`/patients/${patient.id}`);
  };
  const register = () => {
    close();
    void navigate('/patients/new');
  };
  const came = listed && search === text.trim();
  /** Enter on the heels of the name: what comes is opened unseen only when nobody else can be meant. */
  const openOnly = async (typed: string) => {
    if (typed === '') return;
    const list = await queries.fetchQuery(findQuery(typed)).catch(() => undefined);
    const [only, another] = list?.results ?? [];
    if (only && !another && input.current?.value.trim() === typed) choose(only);
  };
  const press = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (people.length > 0) setAt((at + step + people.length) % people.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      // A list that is still coming may not be the one the person means.
      if (!came) return void openOnly(text.trim());
      const patient = people[at];
      if (patient) choose(patient);
      else if (nobody) register();
    } else if (event.key === 'Escape') {
      close();
      input.current?.blur();
    }
  };
  return (
    <div
      className="find"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <label className="find-box">
        <Search />
        <span className="sr">{t('find.label')}</span>
        <input
          ref={input}
          data-find
          type="text"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          placeholder={t(narrow ? 'find.short' : 'find.label')}
          aria-expanded={showing && people.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={showing && people[at] ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          aria-keyshortcuts="/"
          value={text}
          onFocus={() => setOpen(true)}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
            setOpen(true);
          }}
          onKeyDown={press}
        />
        <KeyCap keys="/" />
      </label>
      {showing && (
        <div className="found">
          <ul role="listbox" id={`${id}-list`} aria-label={t('find.list')} hidden={people.length === 0}>
            {people.map((patient, index) => (
              <li
                key={patient.id}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                className={index === at ? 'hit here' : 'hit'}
                onMouseDown={(event) => event.preventDefault()}
                onMouseMove={() => setAt(index)}
                onClick={() => choose(patient)}
              >
                <span className="name">{listName(patient)}</span>
                <span className="meta num">{metaOf(patient)}</span>
              </li>
            ))}
          </ul>
          <div className="found-foot" role="status">
            {nobody ? (
              <>
                <span>{t('find.nobody')}</span>{' '}
                <Link to="/patients/new" onClick={close}>
                  {t('find.register')}
                </Link>
              </>
            ) : found.isError ? (
              t('find.failed')
            ) : found.data && people.length > 0 ? (
              t('find.counted', {
                shown: people.length,
                count: found.data.count,
                ms: found.data.tookMs,
              })
            ) : (
              ' '
            )}
          </div>
        </div>
      )}
    </div>
  );

  function metaOf(patient: Patient): string {
    return [
      patient.date_of_birth &&
        t('find.born', { age: ageOn(patient.date_of_birth), date: dateText(patient.date_of_birth) }),
      patient.gender && t(`sex.${patient.gender}`),
      patient.usc_id ?? patient.phone_number,
    ]
      .filter(Boolean)
      .join(' · ');
  }
}
