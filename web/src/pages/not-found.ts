import { fill } from '../html';
import { emptyState } from '../parts/states';
import type { PageModule } from '../router';
import { t } from '../words';

export const page: PageModule = {
    open({ root }) {
        fill(
            root,
            emptyState(
                'question-diamond',
                t('page.not_found'),
                t('not_found.text'),
                { label: t('page.orders'), href: '/order' },
                true,
            ),
        );
        return {};
    },
};
