/** English, as the editor fills in its places. */
import type { Translate } from '../../client/src/translate.ts';

export const t: Translate = (message, ...values) => (values.length === 0 ? message : message.replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place)));
