import './margin-form.css';
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import Dialog from '@mui/material/Dialog';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';
import { Button } from './button';
import { Message } from './message';
import { useKeys } from './use-keys';

interface FormProps {
  onSave: () => void;
  children: React.ReactNode;
  label: string;
}

const fieldsOf = (form: HTMLElement) =>
  [
    ...form.querySelectorAll<HTMLElement>('input, textarea:not([aria-hidden]), [role="radio"][tabindex="0"]'),
  ].filter((field) => field.offsetParent !== null && !field.hasAttribute('disabled'));

const sectionsOf = (form: HTMLElement) => [...form.querySelectorAll<HTMLElement>('.sec')];

/** A paper form: Enter goes to the next field, Ctrl with the arrows from part to part, Ctrl Enter saves. */
export function MarginForm({ onSave, children, label }: FormProps) {
  // Saving works from beside the form too: its bar, or a page on which nothing has the focus yet.
  useKeys({ 'Ctrl Enter': onSave });
  const press = (event: React.KeyboardEvent<HTMLFormElement>) => {
    const form = event.currentTarget;
    const target = event.target as HTMLElement;
    const chord = event.ctrlKey || event.metaKey;
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && chord) {
      event.preventDefault();
      onSave();
    } else if (chord && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const sections = sectionsOf(form);
      const at = sections.findIndex((section) => section.contains(target));
      const next = sections[at + (event.key === 'ArrowDown' ? 1 : -1)];
      if (next) fieldsOf(next)[0]?.focus();
    } else if (event.key === 'Enter' && !event.shiftKey && moves(target)) {
      event.preventDefault();
      const fields = fieldsOf(form);
      const next = fields[fields.indexOf(target) + 1];
      next?.focus();
      if (next instanceof HTMLInputElement) next.select();
    }
  };
  return (
    <form
      className="paper"
      aria-label={label}
      noValidate
      onKeyDown={press}
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
    >
      {children}
    </form>
  );
}

/** In long text Enter makes a new line; everywhere else it goes on. */
const moves = (target: HTMLElement) =>
  target.tagName === 'INPUT' ||
  target.dataset['oneLine'] !== undefined ||
  target.getAttribute('role') === 'radio';

interface SectionProps {
  title: string;
  note?: React.ReactNode;
  /** Shown as a mark; a part that needs nothing has none. */
  done?: boolean;
  children: React.ReactNode;
}

/** A part of the form with its name, and its state, in the left margin. */
export function Section({ title, note, done, children }: SectionProps) {
  const { t } = useTranslation();
  return (
    <section className="sec" role="group" aria-label={title}>
      <header>
        <h2>
          {done === undefined ? null : done ? <CheckOutlined /> : <i />}
          {title}
          {done && <span className="sr">{t('form.filled')}</span>}
        </h2>
        {note && <div className="margin-note">{note}</div>}
      </header>
      <div>{children}</div>
    </section>
  );
}

interface BarProps {
  note?: React.ReactNode;
  save: string;
  saving: boolean;
  onSave: () => void;
  onClose: () => void;
  problem?: React.ReactNode;
}

/** Where a form ends. Pressing save with gaps goes to the first gap; the button is never dead. */
export function SaveBar({ note, save, saving, onSave, onClose, problem }: BarProps) {
  const { t } = useTranslation();
  const message = useRef<HTMLDivElement>(null);
  const bad = Boolean(problem);
  useEffect(() => {
    if (bad) message.current?.focus();
  }, [bad]);
  return (
    <div className="save-area">
      {problem && (
        <Message meaning="rejected" urgent ref={message}>
          {problem}
        </Message>
      )}
      <div className="save noprint">
        <span className="soft grow">{saving ? t('form.saving') : note}</span>
        <Button onClick={onClose}>{t('form.close')}</Button>
        <Button main keys="Ctrl Enter" onClick={onSave} aria-busy={saving}>
          {save}
        </Button>
      </div>
    </div>
  );
}

/** Typed text is not thrown away by a slip of the finger. */
export function UnsavedGuard({ dirty }: { dirty: boolean }) {
  const { t } = useTranslation();
  // A navigation that carries the news of a save has nothing to lose.
  const blocker = useBlocker(
    ({ nextLocation }) => dirty && !(nextLocation.state as { saved?: unknown } | null)?.saved,
  );
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [dirty]);
  if (blocker.state !== 'blocked') return null;
  return (
    <Dialog open onClose={() => blocker.reset()} aria-labelledby="unsaved">
      <div className="dialog-body">
        <h2 className="say" id="unsaved">
          {t('form.unsaved')}
        </h2>
        <p className="soft">{t('form.unsavedWhy')}</p>
        <div className="row wrap">
          <Button main autoFocus onClick={() => blocker.reset()}>
            {t('form.stay')}
          </Button>
          <Button onClick={() => blocker.proceed()}>{t('form.leave')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
