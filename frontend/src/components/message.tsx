import BlockOutlined from '@mui/icons-material/BlockOutlined';
import Contrast from '@mui/icons-material/Contrast';
import HistoryToggleOff from '@mui/icons-material/HistoryToggleOff';
import WarningAmberOutlined from '@mui/icons-material/WarningAmberOutlined';
import { TwoEntries } from './icons';

export type Meaning = 'alert' | 'pending' | 'rejected' | 'waiting' | 'conflict';

const icons = {
  alert: WarningAmberOutlined,
  pending: Contrast,
  rejected: BlockOutlined,
  waiting: HistoryToggleOff,
  conflict: TwoEntries,
} as const;

interface Props {
  meaning: Meaning;
  children: React.ReactNode;
  action?: React.ReactNode;
  /** Read out at once. Only for what is lost if it is missed. */
  urgent?: boolean;
  ref?: React.Ref<HTMLDivElement>;
}

/** A sentence with a meaning, in its place on the page. It never closes by itself. */
export function Message({ meaning, children, action, urgent, ref }: Props) {
  const Icon = icons[meaning];
  return (
    <div className={`msg ${meaning}`} role={urgent ? 'alert' : 'status'} ref={ref} tabIndex={-1}>
      <Icon />
      <div>{children}</div>
      {action}
    </div>
  );
}

export function Status({ meaning, children }: { meaning: Meaning; children: React.ReactNode }) {
  const Icon = icons[meaning];
  return (
    <span className={`st ${meaning}`}>
      <Icon />
      {children}
    </span>
  );
}
