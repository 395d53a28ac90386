// Names of Bootstrap Icons that the interface draws. A test compares them with what the code asks for.
export const signs = [
    'activity', 'archive', 'arrow-clockwise', 'arrow-counterclockwise', 'arrow-down', 'arrow-left',
    'arrow-left-right', 'arrow-repeat', 'arrow-up', 'arrow-up-circle', 'bell', 'bookmark-plus', 'box-arrow-right',
    'cart', 'chat-left-text', 'check-circle-fill', 'check-lg', 'chevron-down', 'chevron-right', 'chevron-up',
    'circle-half', 'cloud-slash', 'collection', 'copy', 'currency-exchange', 'distribute-vertical', 'droplet-half',
    'exclamation-circle-fill', 'exclamation-triangle-fill', 'eye', 'eye-slash', 'funnel', 'gear', 'hourglass-split',
    'inboxes', 'info-circle-fill', 'key', 'keyboard', 'laptop', 'layout-three-columns', 'link-45deg', 'list',
    'palette', 'pause-circle', 'pencil', 'people', 'person', 'pie-chart-fill', 'play-circle', 'plug', 'plus-lg',
    'question-diamond', 'question-diamond-fill', 'save', 'search', 'send', 'shield-check', 'shield-lock', 'shop',
    'signpost-split', 'slash-circle', 'sliders', 'tag', 'three-dots', 'translate', 'trash', 'upload', 'wifi', 'x-lg',
    'x-octagon-fill',
] as const;

// Marks of social networks, of Font Awesome's brands.
export const networkMarks = [
    'discord', 'facebook', 'instagram', 'linkedin', 'pinterest', 'reddit-alien', 'snapchat', 'soundcloud', 'spotify', 'telegram', 'threads',
    'tiktok', 'twitch', 'vk', 'whatsapp', 'x-twitter', 'youtube',
] as const;

export type Sign = (typeof signs)[number];
export type NetworkMark = (typeof networkMarks)[number];
