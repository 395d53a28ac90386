import { addSiteGroup, changeSiteGroup, listSiteGroups, removeSiteGroup } from '../api/sites';
import type { SiteGroup } from '../api/sites';
import { html } from '../html';
import { confirmed } from '../parts/dialog';
import type { Field } from '../parts/field';
import { openFormDialog } from '../parts/form-dialog';
import { nameCell, openListPage } from '../parts/list-page';
import type { ListPage } from '../parts/list-page';
import { byNumber, byText } from '../parts/list/whole';
import { siteMark } from '../parts/site-mark';
import { toastFailure } from '../parts/toast';
import { readReferenceAnew, siteById, sites } from '../reference';
import type { PageModule } from '../router';
import { t } from '../words';

function fields(group?: SiteGroup): Field[] {
    return [
        { name: 'name', label: t('group.name'), kind: 'text', required: true, longest: 255, value: group?.name ?? '' },
        { name: 'description', label: t('group.description'), kind: 'area', longest: 1000, value: group?.description ?? '' },
        {
            name: 'site_ids',
            label: t('group.sites'),
            kind: 'checks',
            value: group?.site_ids ?? [],
            choices: sites().map(({ id, name }) => ({ value: String(id), label: name })),
            help: t('group.sites_help'),
        },
    ];
}

export const page: PageModule = {
    open(place) {
        const edit = (group?: SiteGroup): void =>
            void openFormDialog({
                title: group?.name ?? t('group.add'),
                parts: fields(group),
                submit: group ? t('save') : t('group.add'),
                act: async (values) => {
                    const change = {
                        name: String(values.name),
                        description: String(values.description),
                        site_ids: (values.site_ids as string[]).map(Number),
                    };
                    await (group ? changeSiteGroup(group.id, change) : addSiteGroup(change));
                    await readReferenceAnew();
                    void shown.list.refetch();
                },
            });
        const remove = async (group: SiteGroup): Promise<void> => {
            if (
                !(await confirmed({
                    title: t('group.remove_title', { name: group.name }),
                    text: t('group.remove_text'),
                    yes: t('delete'),
                    danger: true,
                }))
            )
                return;
            try {
                await removeSiteGroup(group.id);
                await readReferenceAnew();
                void shown.list.begin(shown.list.query);
            } catch (error) {
                toastFailure(t('group.not_removed'), error);
            }
        };
        const shown: ListPage<SiteGroup> = openListPage<SiteGroup>(place, {
            page: 'site-groups',
            title: t('page.site_groups'),
            lead: t('groups.lead'),
            add: { label: t('group.add'), run: () => edit() },
            columns: [
                {
                    key: 'name',
                    title: t('group.name'),
                    cell: (group) => nameCell(group.name, group.description ?? ''),
                    always: true,
                    order: byText((group) => group.name),
                },
                {
                    key: 'sites',
                    title: t('group.sites'),
                    cell: (group) =>
                        html`<span class="marks"
                            >${group.site_ids.map((id) => html`<span title="${siteById(id)?.name}">${siteMark(siteById(id))}</span>`)}</span
                        >`,
                },
                {
                    key: 'count',
                    title: t('group.count'),
                    cell: (group) => html`${group.site_ids.length}`,
                    number: true,
                    order: byNumber((group) => group.site_ids.length),
                },
            ],
            read: listSiteGroups,
            textOf: (group) => `${group.name} ${group.description ?? ''}`,
            idOf: ({ id }) => id,
            nameOf: ({ name }) => name,
            open: edit,
            actions: () => [
                { name: 'edit', label: t('edit'), sign: 'pencil' },
                { name: 'remove', label: t('delete'), sign: 'trash', danger: true },
            ],
            act: (name, group) => (name === 'edit' ? edit(group) : void remove(group)),
            empty: { sign: 'collection', title: t('groups.none'), text: t('groups.none_text') },
        });
        return shown;
    },
};
