import DarkModeOutlined from '@mui/icons-material/DarkModeOutlined';
import HelpOutlineOutlined from '@mui/icons-material/HelpOutlineOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import LightModeOutlined from '@mui/icons-material/LightModeOutlined';
import LogoutOutlined from '@mui/icons-material/LogoutOutlined';
import Divider from '@mui/material/Divider';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useTranslation } from 'react-i18next';
import { usePerson, useSignOut } from '@/clinic/session';
import { useTheme } from '@/components/use-theme';

interface Props {
  anchor: HTMLElement | null;
  onClose: () => void;
  onHelp: () => void;
  onPassword: () => void;
}

export function PersonMenu({ anchor, onClose, onHelp, onPassword }: Props) {
  const { t } = useTranslation();
  const person = usePerson();
  const signOut = useSignOut();
  const { dark, toggle } = useTheme();
  const then = (action: () => void) => () => {
    onClose();
    action();
  };
  return (
    <Menu
      anchorEl={anchor}
      open={anchor !== null}
      onClose={onClose}
      transitionDuration={0}
      slotProps={{ paper: { role: 'region', 'aria-label': t('person.menu') } }}
    >
      <li className="menu-who" role="presentation">
        <b className="strong">{`${person.first_name} ${person.last_name}`.trim() || person.email}</b>
        <span className="note">{t(`roles.${person.role}`)}</span>
      </li>
      <Divider component="li" />
      <MenuItem onClick={then(toggle)}>
        {dark ? <LightModeOutlined /> : <DarkModeOutlined />}
        {dark ? t('person.light') : t('person.dark')}
      </MenuItem>
      <MenuItem onClick={then(onPassword)}>
        <KeyOutlined />
        {t('person.password')}
      </MenuItem>
      <MenuItem onClick={then(onHelp)}>
        <HelpOutlineOutlined />
        {t('person.keys')}
      </MenuItem>
      <Divider component="li" />
      <MenuItem onClick={then(() => signOut.mutate())}>
        <LogoutOutlined />
        {t('person.signOut')}
      </MenuItem>
    </Menu>
  );
}
