/** A page that loads a picture and then goes on, as the base domain sends a person to an app. */
export interface PassingPage {
  picture: string;
  next: string;
}

/** The headers with which Chromium loads a picture of a sibling hostname. */
export const PICTURE = {
  accept: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
  'sec-fetch-dest': 'image',
  'sec-fetch-mode': 'no-cors',
  'sec-fetch-site': 'same-site',
} as const;

/** The addresses of such a page; undefined for any other page. */
export function readPassingPage(body: string): PassingPage | undefined {
  const [, next] = /<meta http-equiv=refresh content="0;url=([^"]+)">/.exec(body) ?? [];
  const [, picture] = /<img src="([^"]+)"/.exec(body) ?? [];
  return next === undefined || picture === undefined
    ? undefined
    : { picture: unescaped(picture), next: unescaped(next) };
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
