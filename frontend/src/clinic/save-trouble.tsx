import { useTranslation } from 'react-i18next';
import { Message } from '@/components/message';
import type { ApiError } from '@/lib/api/error';

interface Props {
  /** Why the last try did not arrive, while the next one is being waited for. */
  reason: Error | ApiError | null;
  what: string;
}

/** The risk is real until the server answers, so this one is read out. */
export function NotSavedYet({ reason, what }: Props) {
  const { t } = useTranslation();
  if (!reason) return null;
  return (
    <div className="in-form">
      <Message meaning="alert" urgent>
        {t('form.notSavedYet', { what })}
      </Message>
    </div>
  );
}
