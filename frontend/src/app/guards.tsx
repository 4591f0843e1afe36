import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useRouteError } from 'react-router';
import { useIsHub } from '@/clinic/node';
import { may, worksHere, type Permission } from '@/clinic/roles';
import { usePerson } from '@/clinic/session';
import { Button } from '@/components/button';
import { Heading } from '@/components/heading';
import { NotFound, WholePage } from '@/components/whole-page';
import { OwnPasswordPage } from '@/features/session/own-password-page';

/** The first page of a role: work for those who work here, their own visits for everyone else. */
export function Home() {
  const { role } = usePerson();
  const hub = useIsHub();
  if (!worksHere(role)) return <Navigate to="/visits" replace />;
  return <Navigate to={hub && may(role, 'sites.read') ? '/sites' : '/patients'} replace />;
}

interface OnlyProps {
  to: Permission;
  hub?: boolean;
  page: React.ReactNode;
}

export function Only({ to, hub = false, page }: OnlyProps) {
  const { role } = usePerson();
  const { t } = useTranslation();
  const atHub = useIsHub();
  if (hub && !atHub) return <NotFound />;
  if (!may(role, to)) return <WholePage title={t('wrong.notYours')} text={t('wrong.notYoursWhy')} />;
  return page;
}

export function NoServer({ onTryAgain }: { onTryAgain: () => void }) {
  const { t } = useTranslation();
  return (
    <main className="main whole">
      <Heading title={t('wrong.tab')}>{t('wrong.noServer')}</Heading>
      <p className="soft">{t('wrong.noServerWhy')}</p>
      <Button main onClick={onTryAgain}>
        {t('wrong.tryAgain')}
      </Button>
    </main>
  );
}

/** What no page caught. The text of the fault is for the console; nothing of it belongs on a shared screen. */
export function WholePageError() {
  const { t } = useTranslation();
  useRouteError();
  return (
    <main className="main whole">
      <Heading title={t('wrong.tab')}>{t('wrong.broken')}</Heading>
      <p className="soft">{t('wrong.brokenWhy')}</p>
      <Button main onClick={() => location.assign('/')}>
        {t('wrong.home')}
      </Button>
    </main>
  );
}

export function PasswordPage() {
  const navigate = useNavigate();
  return <OwnPasswordPage onDone={() => void navigate('/')} />;
}
