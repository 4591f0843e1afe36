import './session.css';
import { zodResolver } from '@hookform/resolvers/zod';
import { useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { sessionQuery, useChangePassword, useSignOut } from '@/clinic/session';
import { Button } from '@/components/button';
import { Field } from '@/components/field';
import { Message } from '@/components/message';
import { registered } from '@/components/register';
import { isApiError } from '@/lib/api/error';

const shortest = 8;

const rules = (t: TFunction) =>
  z
    .object({
      old_password: z.string().min(1, t('password.oldMissing')),
      new_password: z.string().min(shortest, t('password.tooShort', { count: shortest })),
      new_password2: z.string(),
    })
    .refine((all) => all.new_password === all.new_password2, {
      path: ['new_password2'],
      message: t('password.differ'),
    });

interface Props {
  /** Signed in with a one-time password: nothing else works before this. */
  required?: boolean;
  onDone: () => void;
}

export function OwnPasswordPage({ required = false, onDone }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const change = useChangePassword();
  const signOut = useSignOut();
  const form = useForm({
    resolver: zodResolver(rules(t)),
    defaultValues: { old_password: '', new_password: '', new_password2: '' },
  });
  const names = ['old_password', 'new_password', 'new_password2'] as const;
  const problemOf = (name: (typeof names)[number]) => form.formState.errors[name]?.message;
  const submit = form.handleSubmit((values) =>
    change.mutate(values, {
      onSuccess: async () => {
        await queries.refetchQueries({ queryKey: sessionQuery.queryKey });
        onDone();
      },
      onError: (error) => {
        if (!isApiError(error)) return;
        for (const name of names) {
          const message = error.messagesFor(name)[0];
          if (message) form.setError(name, { message }, { shouldFocus: true });
        }
      },
    }),
  );
  const general = change.error && (!isApiError(change.error) || change.error.fieldNames.length === 0);
  // Required, it is the whole screen; by choice, it is a page like any other.
  const Frame = required ? 'main' : 'div';
  return (
    <Frame className="in password">
      <form className="enter" onSubmit={submit} noValidate>
        <title>{`${t('password.tab')} · himsog`}</title>
        <h1 className="say">{required ? t('password.choose') : t('password.change')}</h1>
        {required && <p className="soft">{t('password.why')}</p>}
        {general && (
          <Message meaning="rejected" urgent>
            {(isApiError(change.error) && change.error.detail) || t('password.notSaved')}
          </Message>
        )}
        {names.map((name, index) => (
          <Field
            key={name}
            label={t(required && name === 'old_password' ? 'password.oneTime' : `password.${name}`)}
            hint={name === 'new_password' ? t('password.hint', { count: shortest }) : undefined}
            problem={problemOf(name)}
            type="password"
            autoFocus={index === 0}
            autoComplete={name === 'old_password' ? 'current-password' : 'new-password'}
            {...registered(form, name)}
          />
        ))}
        <Button main size="large" type="submit">
          {t('password.save')}
        </Button>
        {required ? (
          <Button quiet onClick={() => signOut.mutate(undefined, { onSettled: onDone })}>
            {t('person.signOut')}
          </Button>
        ) : (
          <Button quiet onClick={onDone}>
            {t('password.back')}
          </Button>
        )}
      </form>
    </Frame>
  );
}
