import './session.css';
import DarkModeOutlined from '@mui/icons-material/DarkModeOutlined';
import LightModeOutlined from '@mui/icons-material/LightModeOutlined';
import VisibilityOffOutlined from '@mui/icons-material/VisibilityOffOutlined';
import VisibilityOutlined from '@mui/icons-material/VisibilityOutlined';
import IconButton from '@mui/material/IconButton';
import { zodResolver } from '@hookform/resolvers/zod';
import type { TFunction } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useIsHub, useSiteLabel } from '@/clinic/node';
import { NotProvenError, useSignIn, useSignOut } from '@/clinic/session';
import { Mat, Word } from '@/components/brand';
import { Button } from '@/components/button';
import { Field } from '@/components/field';
import { Message } from '@/components/message';
import { registered } from '@/components/register';
import { useTheme } from '@/components/use-theme';
import { isApiError, unreachable } from '@/lib/api/error';
import type { Profile } from '@/lib/api/types';
import { now } from '@/lib/clock';
import { longDateText, timeText } from '@/lib/time';

interface Props {
  /** Whose page is waiting behind, when a session ended in the middle of work. */
  again?: Profile;
  onSignedIn: () => void;
}

export function SignInPage({ again, onSignedIn }: Props) {
  const { t } = useTranslation();
  const hub = useIsHub();
  const { dark, toggle } = useTheme();
  const site = useSiteLabel();
  return (
    <div className="door">
      <title>{`${t('signIn.tab')} · himsog`}</title>
      <section className="art" aria-label={t('signIn.here')}>
        <Mat className="mat" />
        <div>
          <Word label="himsog" />
        </div>
        <div>
          <Clock />
          <p className="where">{site}</p>
          <p className="say2">{hub ? t('signIn.atHub') : t('signIn.atClinic')}</p>
        </div>
      </section>
      <main className="in" id="main">
        <div className="corner">
          <IconButton onClick={toggle} aria-label={dark ? t('person.light') : t('person.dark')}>
            {dark ? <LightModeOutlined /> : <DarkModeOutlined />}
          </IconButton>
        </div>
        <SignInForm again={again} onSignedIn={onSignedIn} />
      </main>
    </div>
  );
}

function Clock() {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <p className="clock num">{timeText(time)}</p>
      <p className="date">{longDateText(time)}</p>
    </>
  );
}

const rules = (t: TFunction) =>
  z.object({
    email: z.string().trim().min(1, t('signIn.emailMissing')),
    password: z.string().min(1, t('signIn.passwordMissing')),
  });

function SignInForm({ again, onSignedIn }: Props) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const signOut = useSignOut();
  const [shown, setShown] = useState(false);
  const message = useRef<HTMLDivElement>(null);
  const form = useForm({
    resolver: zodResolver(rules(t)),
    defaultValues: { email: again?.email ?? '', password: '' },
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit((values) =>
    signIn.mutate(values, {
      onSuccess: onSignedIn,
      onError: () => {
        form.setValue('password', '');
        form.setFocus('password');
      },
    }),
  );
  return (
    <form className="enter" onSubmit={submit} noValidate>
      <h1 className="say">{again ? t('signIn.again') : t('signIn.title')}</h1>
      {again && <p className="soft">{t('signIn.againWhy')}</p>}
      {signIn.error && (
        <Message
          meaning={isApiError(signIn.error, unreachable) ? 'waiting' : 'rejected'}
          urgent
          ref={message}
        >
          {refusal(t, signIn.error)}
        </Message>
      )}
      <Field
        label={t('signIn.email')}
        problem={errors.email?.message}
        {...registered(form, 'email')}
        autoComplete="username"
        inputProps={{ type: 'email', inputMode: 'email', autoCapitalize: 'none', spellCheck: false }}
        readOnly={again !== undefined}
        autoFocus={again === undefined}
      />
      <Field
        label={t('signIn.password')}
        problem={errors.password?.message}
        {...registered(form, 'password')}
        autoComplete="current-password"
        type={shown ? 'text' : 'password'}
        autoFocus={again !== undefined}
        endAdornment={
          <IconButton
            onClick={() => setShown(!shown)}
            aria-label={shown ? t('signIn.hide') : t('signIn.show')}
            edge="end"
          >
            {shown ? <VisibilityOffOutlined /> : <VisibilityOutlined />}
          </IconButton>
        }
      />
      <Button main size="large" type="submit">
        {t('signIn.submit')}
      </Button>
      {again && (
        <Button
          quiet
          onClick={() => signOut.mutate(undefined, { onSuccess: onSignedIn, onError: onSignedIn })}
        >
          {t('signIn.someoneElse')}
        </Button>
      )}
      <p className="note">{t('signIn.note')}</p>
    </form>
  );
}

function refusal(t: TFunction, error: Error): string {
  if (error instanceof NotProvenError) return t('signIn.notProven');
  if (!isApiError(error)) return t('signIn.noServer');
  if (error.status === 401 || error.status === 400) return t('signIn.wrong');
  if (error.status === 429) {
    const minutes = Math.ceil((error.retryAfterSeconds ?? 120) / 60);
    return t('signIn.tooMany', { count: minutes });
  }
  return error.passing ? t('signIn.noServer') : (error.detail ?? t('signIn.wrong'));
}
