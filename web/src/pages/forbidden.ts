import { fill } from '../html';
import { emptyState } from '../parts/states';
import type { PageModule } from '../router';
import { account } from '../session';
import { t } from '../words';

export const page: PageModule = {
    open({ root }) {
        const text = t('forbidden.text', { role: t(`role.${account().role}`) });
        fill(root, emptyState('shield-lock', t('page.forbidden'), text, { label: t('page.orders'), href: '/order' }, true));
        return {};
    },
};
