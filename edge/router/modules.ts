/** Modules that several files use. They are imported only here, so each has one name in the bundle. */
export { default as cf } from 'cloudfront';
export { default as crypto } from 'crypto';
export { default as querystring } from 'querystring';
