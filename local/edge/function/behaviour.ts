import { matchBehaviour } from '../../../core/explain/site/behaviour.ts';

/**
 * Why CloudFront refuses a function's origin for a path. Undefined if it accepts it. The site's origin is a bucket with an access
 * control, which cannot be replaced ("invalid value for origin rewrite").
 */
export function behaviourFault(path: string): string | undefined {
  return matchBehaviour(path) === 'apps'
    ? undefined
    : `the function chose an origin for ${path.slice(0, 80)}, which CloudFront treats as a path of the site (/_proxy/*)`;
}
