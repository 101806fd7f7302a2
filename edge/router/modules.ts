/** Modules that several files use. Imported here alone, each has one name in the bundle. */
export { default as cf } from 'cloudfront';
export { default as querystring } from 'querystring';
