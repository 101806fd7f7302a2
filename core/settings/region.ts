/**
 * The form of an AWS region, as the source of a regular expression. The list of regions changes too often to be kept here.
 * `eusc` is the European Sovereign Cloud.
 */
export const REGION = '(?:[a-z]{2}|eusc)(?:-[a-z]+)+-\\d{1,2}';

/** The whole of a region. */
export const REGION_PATTERN = new RegExp(`^${REGION}$`);
