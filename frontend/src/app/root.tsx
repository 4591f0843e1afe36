import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Outlet } from 'react-router';
import { nodeQuery } from '@/clinic/node';
import { PersonContext, useSession } from '@/clinic/session';
import { useEvents } from '@/clinic/sync';
import { onPasswordRequired, onSessionExpired } from '@/lib/api/client';
import { OwnPasswordPage } from '@/features/session/own-password-page';
import { SignInPage } from '@/features/session/sign-in-page';
import { NoServer } from './guards';

/**
 * Decides who may see anything. When a session ends under an open page, the page stays as it is, out of sight, until its
 * owner has signed in again: nothing typed is lost, and nobody else sees it.
 */
export function Root() {
  const node = useQuery(nodeQuery);
  const session = useSession();
  const person = session.data;
  const [expired, setExpired] = useState(false);
  const [ownPassword, setOwnPassword] = useState(false);

  useEffect(() => onSessionExpired(() => setExpired(true)), []);
  useEffect(() => onPasswordRequired(() => setOwnPassword(true)), []);
  useEvents(Boolean(person) && !expired && !ownPassword);

  if (node.isPending || session.isPending) return null;
  if (!node.data || person === undefined) return <NoServer onTryAgain={() => void session.refetch()} />;
  if (person === null) return <SignInPage onSignedIn={() => setExpired(false)} />;
  if (ownPassword) return <OwnPasswordPage required onDone={() => setOwnPassword(false)} />;
  return (
    <>
      {expired && <SignInPage again={person} onSignedIn={() => setExpired(false)} />}
      <div hidden={expired}>
        <PersonContext value={person} key={person.id}>
          <Outlet />
        </PersonContext>
      </div>
    </>
  );
}
