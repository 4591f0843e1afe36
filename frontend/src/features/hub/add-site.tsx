import Dialog from '@mui/material/Dialog';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWhen } from '@/clinic/use-when';
import { Button } from '@/components/button';
import { Field } from '@/components/field';
import { Message } from '@/components/message';
import { isApiError } from '@/lib/api/error';
import type { SiteCode } from '@/lib/api/types';
import { useAddSite } from './queries';

const longest = 100;

/** Adds a clinic. Its one-time code is shown here and never again, so this layer closes only by its own button. */
export function AddSite({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const add = useAddSite();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string>();
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return setProblem(t('sites.nameMissing'));
    setProblem(undefined);
    add.mutate(name.trim(), {
      onError: (error) =>
        setProblem(
          (isApiError(error) && (error.messagesFor('name')[0] ?? error.detail)) || t('form.refused'),
        ),
    });
  };
  return (
    <Dialog open onClose={() => add.data || onClose()} aria-labelledby="add-site">
      <form className="dialog-body" onSubmit={submit} noValidate>
        <h2 className="say" id="add-site">
          {add.data ? t('sites.codeTitle', { name: name.trim() }) : t('sites.add')}
        </h2>
        {add.data ? (
          <Code code={add.data} onClose={onClose} />
        ) : (
          <>
            <p className="soft">{t('sites.addWhy')}</p>
            <Field
              label={t('sites.name')}
              value={name}
              problem={problem}
              onChange={(event) => setName(event.target.value)}
              inputProps={{ maxLength: longest }}
              autoFocus
            />
            <div className="row wrap">
              <Button main type="submit" aria-busy={add.isPending}>
                {t('sites.makeCode')}
              </Button>
              <Button onClick={onClose}>{t('form.close')}</Button>
            </div>
          </>
        )}
      </form>
    </Dialog>
  );
}

function Code({ code, onClose }: { code: SiteCode; onClose: () => void }) {
  const { t } = useTranslation();
  const when = useWhen();
  const [copied, setCopied] = useState(false);
  return (
    <>
      <Message meaning="pending">{t('sites.codeOnce', { at: when(code.expires_at) })}</Message>
      {code.qr_svg && (
        <img
          className="qr"
          alt={t('sites.qr')}
          src={`data:image/svg+xml,${encodeURIComponent(code.qr_svg)}`}
        />
      )}
      <code className="site-code">{code.code}</code>
      <div className="row wrap">
        <Button onClick={() => void navigator.clipboard.writeText(code.code).then(() => setCopied(true))}>
          {copied ? t('sites.copied') : t('sites.copy')}
        </Button>
        <Button main onClick={onClose}>
          {t('sites.done')}
        </Button>
      </div>
    </>
  );
}
