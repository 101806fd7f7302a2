import { createHmac } from 'node:crypto';
import type { Mac } from '../../core/session/signed.ts';

/** The MAC of texts of sign-in, by Node. */
export const nodeMac: Mac = (key, text) => createHmac('sha256', key).update(text).digest('hex');
