import AddOutlined from '@mui/icons-material/AddOutlined';
import AltRouteOutlined from '@mui/icons-material/AltRouteOutlined';
import BarChartOutlined from '@mui/icons-material/BarChartOutlined';
import DescriptionOutlined from '@mui/icons-material/DescriptionOutlined';
import DnsOutlined from '@mui/icons-material/DnsOutlined';
import LogoutOutlined from '@mui/icons-material/LogoutOutlined';
import MoreHorizOutlined from '@mui/icons-material/MoreHorizOutlined';
import PeopleAltOutlined from '@mui/icons-material/PeopleAltOutlined';
import PersonAddAltOutlined from '@mui/icons-material/PersonAddAltOutlined';
import { Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation, useNavigate } from 'react-router';
import { useIsHub, useSiteLabel } from '@/clinic/node';
import { initials } from '@/clinic/patients';
import { may, worksHere } from '@/clinic/roles';
import { usePerson, useSignOut } from '@/clinic/session';
import { useSyncStatus } from '@/clinic/sync';
import { Mark } from '@/components/brand';
import { useKeys } from '@/components/use-keys';
import { Find } from '@/features/patients/find';
import { SyncBadge } from '@/features/sync/badge';
import { KeysHelp } from './keys-help';
import { PersonMenu } from './person-menu';

interface Place {
  to: string;
  label: string;
  icon: React.ReactNode;
  count?: number | undefined;
}

function usePlaces(): Place[] {
  const { t } = useTranslation();
  const { role } = usePerson();
  const hub = useIsHub();
  const open = useSyncStatus()?.conflicts_open;
  if (!worksHere(role)) return [{ to: '/visits', label: t('nav.visits'), icon: <DescriptionOutlined /> }];
  const places: (Place | false)[] = [
    hub && may(role, 'sites.read') && { to: '/sites', label: t('nav.sites'), icon: <DnsOutlined /> },
    { to: '/patients', label: t('nav.patients'), icon: <PeopleAltOutlined /> },
    may(role, 'patients.write') && {
      to: '/patients/new',
      label: t('nav.walkIn'),
      icon: <PersonAddAltOutlined />,
    },
    { to: '/settle', label: t('nav.settle'), icon: <AltRouteOutlined />, count: open },
    hub &&
      may(role, 'reports.read') && { to: '/reports', label: t('nav.reports'), icon: <BarChartOutlined /> },
  ];
  return places.filter((place) => place !== false);
}

function useCurrent(places: Place[]) {
  const path = useLocation().pathname;
  return places
    .filter((place) => path === place.to || path.startsWith(`${place.to}/`))
    .sort((a, b) => b.to.length - a.to.length)[0]?.to;
}

const gTimeoutMs = 1_500;

function useGlobalKeys(places: Place[], help: () => void) {
  const navigate = useNavigate();
  const pressedG = useRef(0);
  const reachable = (to: string) => places.some((place) => place.to === to);
  const go = (to: string) => {
    const following = Date.now() - pressedG.current < gTimeoutMs;
    if (following && reachable(to)) void navigate(to);
    return following;
  };
  useKeys({
    '/': () => document.querySelector<HTMLInputElement>('[data-find]')?.focus(),
    '?': help,
    N: () => reachable('/patients/new') && void navigate('/patients/new'),
    G: () => {
      pressedG.current = Date.now();
    },
    P: () => go('/patients'),
    S: () => go('/settle'),
    R: () => go('/reports'),
  });
}

export function Shell() {
  const { t } = useTranslation();
  const person = usePerson();
  const places = usePlaces();
  const current = useCurrent(places);
  const staff = worksHere(person.role);
  const signOut = useSignOut();
  const navigate = useNavigate();
  const saving = /\/(new|edit(\/\w+)?)$/.test(useLocation().pathname);
  const [menu, setMenu] = useState<HTMLElement | null>(null);
  const [help, setHelp] = useState(false);
  useGlobalKeys(places, () => setHelp(true));

  const site = useSiteLabel();
  return (
    <>
      <a className="skip" href="#main">
        {t('frame.skip')}
      </a>
      <div className={saving ? 'frame saving' : 'frame'} data-density={staff ? 'staff' : 'patient'}>
        <nav className="rail" aria-label={t('frame.main')}>
          <Link className="mark" to="/" aria-label={t('frame.home')}>
            <Mark />
          </Link>
          {places.map((place) => (
            <NavItem key={place.to} place={place} current={current} />
          ))}
          <div className="foot">
            <button type="button" onClick={() => signOut.mutate()}>
              <LogoutOutlined />
              <span>{t('person.signOut')}</span>
            </button>
          </div>
        </nav>
        <header className="bar">
          <Link className="mark" to="/" aria-label={t('frame.home')}>
            <Mark />
          </Link>
          {staff ? <Find /> : <span className="grow" />}
          <span className="push only-wide" />
          <span className="site soft clip">{site}</span>
          <SyncBadge />
          <button
            type="button"
            className="me"
            aria-haspopup="menu"
            onClick={(event) => setMenu(event.currentTarget)}
          >
            <span className="face" aria-hidden="true">
              {initials(person.first_name || person.email, person.last_name)}
            </span>
            <span className="who">
              <b className="clip">{`${person.first_name} ${person.last_name}`.trim() || person.email}</b>
              <span className="note">{t(`roles.${person.role}`)}</span>
            </span>
            <span className="sr">{t('person.menu')}</span>
          </button>
        </header>
        <main id="main" tabIndex={-1}>
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <nav className="dock" aria-label={t('frame.main')}>
        {places.map((place) => (
          <NavItem key={place.to} place={place} current={current} />
        ))}
        <button type="button" aria-haspopup="menu" onClick={(event) => setMenu(event.currentTarget)}>
          <MoreHorizOutlined />
          <span>{t('nav.more')}</span>
        </button>
      </nav>
      <PersonMenu
        anchor={menu}
        onClose={() => setMenu(null)}
        onHelp={() => setHelp(true)}
        onPassword={() => void navigate('/password')}
      />
      <KeysHelp open={help} onClose={() => setHelp(false)} />
    </>
  );
}

function NavItem({ place, current }: { place: Place; current: string | undefined }) {
  const { t } = useTranslation();
  const fresh = place.to === '/patients/new';
  return (
    <Link
      className={fresh ? 'new' : undefined}
      to={place.to}
      aria-current={place.to === current ? 'page' : undefined}
    >
      {fresh ? (
        <>
          <span className="only-wide">{place.icon}</span>
          <i className="only-phone">
            <AddOutlined />
          </i>
        </>
      ) : (
        place.icon
      )}
      <span>{place.label}</span>
      {Boolean(place.count) && (
        <b className="count">
          {place.count}
          <span className="sr"> {t('nav.open')}</span>
        </b>
      )}
    </Link>
  );
}
