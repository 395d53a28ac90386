// The small tables that every page names things by: sites, groups, statuses, currencies, suppliers. Read once, kept until one of
// them is changed here or the server was away.

import { listCurrencies } from './api/currencies';
import type { Currency } from './api/currencies';
import { listSiteGroups, listSites } from './api/sites';
import type { Site, SiteGroup } from './api/sites';
import { listStatuses } from './api/statuses';
import type { OrderStatus } from './api/statuses';
import { listSuppliers } from './api/suppliers';
import type { Supplier } from './api/suppliers';
import { useCurrencySymbols } from './format';
import { useHues } from './parts/colour';
import { may } from './session';
import { language, wordFor } from './words';

interface Tables {
    sites: Site[];
    groups: SiteGroup[];
    statuses: OrderStatus[];
    currencies: Currency[];
    /** Empty for those who may not see them. */
    suppliers: Supplier[];
}

let tables: Tables = { sites: [], groups: [], statuses: [], currencies: [], suppliers: [] };
let reading: Promise<void> | undefined;

async function read(): Promise<void> {
    const [sites, groups, statuses, currencies, suppliers] = await Promise.all([
        listSites(),
        listSiteGroups(),
        listStatuses(),
        listCurrencies(),
        may('manager') ? listSuppliers() : Promise.resolve([]),
    ]);
    tables = { sites, groups, statuses: statuses.sort((a, b) => a.position - b.position), currencies, suppliers };
    useHues(statuses);
    useCurrencySymbols(
        Object.fromEntries(currencies.filter(({ symbol }) => symbol).map(({ code, symbol }) => [code, symbol])),
    );
}

/** Resolves when the tables are there. A read that failed is tried again by the next caller. */
export function reference(): Promise<void> {
    reading ??= read().catch((error: unknown) => {
        reading = undefined;
        throw error;
    });
    return reading;
}

/** To be called when one of the tables was changed. */
export function readReferenceAnew(): Promise<void> {
    reading = undefined;
    return reference();
}

export function forgetReference(): void {
    reading = undefined;
}

export const sites = (): Site[] => tables.sites;
export const siteGroups = (): SiteGroup[] => tables.groups;
export const statuses = (): OrderStatus[] => tables.statuses;
export const currencies = (): Currency[] => tables.currencies;
export const suppliers = (): Supplier[] => tables.suppliers;

export const siteById = (id: number): Site | undefined => tables.sites.find((site) => site.id === id);
export const supplierById = (id: number): Supplier | undefined => tables.suppliers.find((supplier) => supplier.id === id);
export const statusByValue = (value: string): OrderStatus | undefined =>
    tables.statuses.find(({ status_value }) => status_value === value);

export function statusName(value: string): string {
    const known = statusByValue(value);
    if (!known) return wordFor('status', value);
    return (language() === 'en' && known.name_en) || known.name;
}
