import { useTranslation } from 'react-i18next';
import { ButtonLink } from './button';
import { Heading } from './heading';

/** A page that is not there, or not for this person: what that means, and the way on. */
export function WholePage({ title, text }: { title: string; text: string }) {
  const { t } = useTranslation();
  return (
    <div className="main whole">
      <Heading title={title}>{title}</Heading>
      <p className="soft">{text}</p>
      <ButtonLink to="/">{t('wrong.home')}</ButtonLink>
    </div>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return <WholePage title={t('wrong.notFound')} text={t('wrong.notFoundWhy')} />;
}
