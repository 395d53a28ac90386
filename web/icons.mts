// Names of Bootstrap Icons that the interface draws. A test compares them with what the code asks for.
export const signs = [
    'activity', 'archive', 'arrow-clockwise', 'arrow-counterclockwise', 'arrow-down', 'arrow-left', 'arrow-left-right',
    'arrow-repeat', 'arrow-up', 'arrow-up-circle', 'bell', 'bell-slash', 'bookmark-plus', 'box-arrow-right', 'box-arrow-up-right', 'calendar3',
    'cart', 'check-circle-fill', 'check-lg', 'chevron-down', 'chevron-right', 'chevron-up', 'circle-half', 'clock-history',
    'cloud-slash', 'collection', 'copy', 'currency-exchange', 'diagram-3', 'distribute-vertical', 'droplet-half', 'envelope', 'exclamation-circle-fill',
    'exclamation-triangle-fill', 'eye', 'eye-slash', 'funnel', 'gear', 'hourglass-split', 'inboxes', 'info-circle-fill', 'journal-text', 'key',
    'layout-three-columns', 'link-45deg', 'list', 'palette', 'pause-circle', 'pencil', 'people', 'person', 'pie-chart-fill', 'play-circle', 'plug', 'plus-lg',
    'question-diamond', 'question-diamond-fill', 'save', 'search', 'send', 'shield-check', 'shield-lock', 'shop', 'signpost-split', 'slash-circle',
    'sliders', 'tag', 'three-dots', 'trash', 'upload', 'wifi', 'x-lg', 'x-octagon-fill', 'keyboard', 'moon', 'sun', 'translate', 'laptop', 'robot', 'chat-left-text',
] as const;

// Marks of social networks, of Font Awesome's brands.
export const networkMarks = [
    'discord', 'facebook', 'instagram', 'linkedin', 'pinterest', 'reddit-alien', 'snapchat', 'soundcloud', 'spotify', 'telegram', 'threads',
    'tiktok', 'twitch', 'vk', 'whatsapp', 'x-twitter', 'youtube',
] as const;

export type Sign = (typeof signs)[number];
export type NetworkMark = (typeof networkMarks)[number];
