import { useTranslation } from 'react-i18next';
import { dateText, nearness, timeText } from '@/lib/time';

/** `today, 14:36`, `yesterday, 9:14`, `Friday, 20 Nov 2026, 16:20`. */
export function useWhen() {
  const { t } = useTranslation();
  return (at: string): string => {
    const near = nearness(at);
    if (near.kind !== 'other') return `${t(`when.${near.kind}`)}, ${timeText(at)}`;
    return [near.weekday, dateText(at), timeText(at)].filter(Boolean).join(', ');
  };
}
