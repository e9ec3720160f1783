/** Where every page of ours comes from; nothing else is ever loaded (ES-01, ES-13, ES-14). */
export const pageScheme = 'app';
export const pageHost = 'companion';
export const pageOrigin = `${pageScheme}://${pageHost}`;
