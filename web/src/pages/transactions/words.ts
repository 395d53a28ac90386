/** What /balance and /transactions say. */
export const walletWords = {
    uk: () => import('../../../locales/wallets.uk.json'),
    en: () => import('../../../locales/wallets.en.json'),
};
