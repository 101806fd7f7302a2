/** Quotas of an origin's custom headers (Developer Guide, "Quotas": custom headers). */
const MOST = { headers: 30, name: 256, value: 1_783, all: 10_240 } as const;

/** Names that CloudFront refuses (Developer Guide, "Custom headers that CloudFront can't add to origin requests"). */
const REFUSED =
  /^(?:cache-control|connection|content-length|cookie|host|if-(?:match|modified-since|none-match|range|unmodified-since)|max-forwards|pragma|proxy-(?:authenticate|authorization|connection)|range|request-range|te|trailer|transfer-encoding|upgrade|via|x-amz-.*|x-edge-.*|x-real-ip)$/;

/** Why CloudFront refuses these custom headers of an origin. Undefined if it accepts them. */
export function customHeadersFault(headers: Readonly<Record<string, string>>): string | undefined {
  const pairs = Object.entries(headers);
  if (pairs.length > MOST.headers)
    return `the origin has ${pairs.length} custom headers, and CloudFront takes ${MOST.headers}`;
  const all = pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (all > MOST.all)
    return `the origin's custom headers have ${all} characters, and CloudFront takes ${MOST.all}`;
  for (const [name, value] of pairs) {
    if (REFUSED.test(name.toLowerCase())) return `CloudFront takes no custom header ${name}`;
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || name.length > MOST.name)
      return `${JSON.stringify(name.slice(0, 80))} is not the name of a custom header: a token of at most ${MOST.name} characters`;
    if (!/^[!-~](?:[ -~]*[!-~])?$/.test(value) || value.length > MOST.value)
      return `the custom header ${name} has ${value.length} characters; expected 1 to ${MOST.value} of printable ASCII, without spaces at the ends`;
  }
  return undefined;
}
