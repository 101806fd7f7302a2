#!/usr/bin/env bash
# @types/aws-cloudfront-function 1.0.8 does not know hostHeader, sni, allowedCertificateNames and ipAddressType of updateRequestOrigin, the second argument of
# selectRequestOriginById, nor logCustomData, all in the Developer Guide ("Helper methods for origin modification", "General helper methods"). tsc 5.9.3
# refuses a valid function. It also gives each viewer-request event a response. The router has its own declarations: edge/router/types/cloudfront.d.ts.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @types/aws-cloudfront-function@1.0.8 typescript@5.9.3
cat > valid.ts <<'TS'
import cf from 'cloudfront';
cf.updateRequestOrigin({ domainName: 'a.example', hostHeader: 'b.example' });
cf.updateRequestOrigin({ domainName: 'a.example', sni: 'b.example' });
cf.updateRequestOrigin({ domainName: 'a.example', allowedCertificateNames: ['b.example'] });
cf.updateRequestOrigin({ domainName: 'a.example', customOriginConfig: { port: 80, protocol: 'http', sslProtocols: ['TLSv1.2'], ipAddressType: 'ipv6' } });
cf.selectRequestOriginById('private', { hostHeader: 'b.example' });
cf.logCustomData('shop');
export const status = (event: AWSCloudFrontFunction.Event) => event.response.statusCode;
TS
npx tsc --noEmit --strict --module esnext --moduleResolution bundler --types aws-cloudfront-function valid.ts > seen || true
sed -E "s/^valid.ts\(([0-9]+),.*error (TS[0-9]+): (.*)$/\1 \2 \3/" seen | grep -E '^[0-9]+ TS' | cut -c1-90 | tee short
[ "$(cut -d' ' -f1 short | tr '\n' ' ')" = '2 3 4 5 6 7 ' ] || { echo 'the refused lines are others now'; exit 1; }
