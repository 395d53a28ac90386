import { html } from '../html';
import type { Markup } from '../html';
import { icon, networkIcon } from './icon';
import type { NetworkMark } from './icon';

const hosts: Record<string, NetworkMark> = {
    'instagram.com': 'instagram',
    'tiktok.com': 'tiktok',
    't.me': 'telegram',
    'telegram.me': 'telegram',
    'youtube.com': 'youtube',
    'youtu.be': 'youtube',
    'facebook.com': 'facebook',
    'fb.com': 'facebook',
    'x.com': 'x-twitter',
    'twitter.com': 'x-twitter',
    'threads.net': 'threads',
    'threads.com': 'threads',
    'open.spotify.com': 'spotify',
    'spotify.com': 'spotify',
    'twitch.tv': 'twitch',
    'discord.gg': 'discord',
    'discord.com': 'discord',
    'linkedin.com': 'linkedin',
    'pinterest.com': 'pinterest',
    'reddit.com': 'reddit-alien',
    'snapchat.com': 'snapchat',
    'soundcloud.com': 'soundcloud',
    'vk.com': 'vk',
    'wa.me': 'whatsapp',
    'whatsapp.com': 'whatsapp',
};

export interface LinkParts {
    host: string;
    path: string;
    network?: NetworkMark;
}

/** What customers write is seldom a whole address: `t.me/x`, `@name`, or anything else. */
export function linkParts(link: string): LinkParts {
    const bare = link.replace(/^[a-z]+:\/\//i, '').replace(/^(www|m)\./i, '');
    const cut = bare.search(/[/?#]/);
    const host = (cut < 0 ? bare : bare.slice(0, cut)).toLowerCase();
    const network = hosts[host];
    if (!/^[\w-]+(\.[\w-]+)+$/.test(host)) return { host: '', path: link };
    const parts = { host, path: cut < 0 ? '/' : bare.slice(cut) };
    return network ? { ...parts, network } : parts;
}

/** Where a click may lead: an address of the web, or nowhere. */
export function linkAddress(link: string): string | undefined {
    if (/^https?:\/\//i.test(link)) return link;
    return linkParts(link).host !== '' ? `https://${link}` : undefined;
}

const longestPath = 26;

/** Cut in the middle, where links differ least. */
export function cutInTheMiddle(text: string, longest = longestPath): string {
    if (text.length <= longest) return text;
    const head = Math.ceil((longest - 1) / 2),
        tail = Math.floor((longest - 1) / 2);
    return `${text.slice(0, head)}…${text.slice(-tail)}`;
}

export function linkSign(link: string): Markup {
    const { network } = linkParts(link);
    return network ? networkIcon(network) : html`<span class="network-none">${icon('link-45deg', 'small')}</span>`;
}
