import MuiButton, { type ButtonProps } from '@mui/material/Button';
import { Link } from 'react-router';
import { KeyCap } from './key-cap';

interface Own {
  /** The key that does the same, shown as a cap on wide screens. */
  keys?: string;
  /** The one filled button of a view. */
  main?: boolean;
  quiet?: boolean;
}

const look = ({ main, quiet }: Own) =>
  main
    ? ({ variant: 'contained', color: 'primary' } as const)
    : ({ variant: quiet ? 'text' : 'outlined' } as const);

export function Button({ keys, main, quiet, children, ...rest }: ButtonProps & Own) {
  return (
    <MuiButton {...look({ main, quiet })} aria-keyshortcuts={keys?.replace('Ctrl ', 'Control+')} {...rest}>
      {children}
      {keys && <KeyCap keys={keys} />}
    </MuiButton>
  );
}

interface LinkProps extends Own {
  to: string;
  state?: unknown;
  icon?: React.ReactNode;
  small?: boolean;
  className?: string;
  children: React.ReactNode;
}

/** A button's look on a real link. */
export function ButtonLink({ keys, main, quiet, to, state, icon, small, className, children }: LinkProps) {
  return (
    <MuiButton
      {...look({ main, quiet })}
      component={Link}
      to={to}
      state={state}
      className={className}
      startIcon={icon}
      size={small ? 'small' : 'medium'}
      aria-keyshortcuts={keys}
    >
      {children}
      {keys && <KeyCap keys={keys} />}
    </MuiButton>
  );
}
