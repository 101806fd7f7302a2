import type { IncomingMessage } from 'node:http';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { printXmlDocument } from '../../../local/xml.ts';
import { serveOnLoopback } from './loopback.ts';

const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
const STORE = 'arn:aws:cloudfront::111122223333:key-value-store/one';

/** The answer to one TestFunction call. */
export interface TestAnswer {
  ComputeUtilization: string;
  FunctionErrorMessage: string;
  FunctionOutput: string;
}

/** The code of a stage and the store that it reads. */
interface Stage {
  etag: string;
  code: string;
  store: string;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function summary({ store }: Stage, stage: string) {
  return {
    Name: 'router',
    FunctionConfig: {
      Comment: 'router',
      Runtime: 'cloudfront-js-2.0',
      KeyValueStoreAssociations: {
        Quantity: 1,
        Items: { KeyValueStoreAssociation: { KeyValueStoreARN: store } },
      },
    },
    FunctionMetadata: {
      FunctionARN: 'arn:aws:cloudfront::111122223333:function/router',
      Stage: stage,
      LastModifiedTime: '2026-11-25T10:00:00Z',
    },
  };
}

/**
 * The part of CloudFront's API (2020-05-31) for functions, with one function named `router`, and a presigned URL of
 * CloudFormation.
 *
 * @param run returns TestFunction's answer to an event
 */
export async function functionApi(run: (event: unknown) => TestAnswer | Promise<TestAnswer>) {
  const calls: string[] = [];
  const answers: Record<string, unknown>[] = [];
  const stages: { DEVELOPMENT: Stage; LIVE?: Stage } = {
    DEVELOPMENT: { etag: 'E1', code: 'new', store: STORE },
  };

  const xml = (root: string, elements: Parameters<typeof printXmlDocument>[2]) =>
    printXmlDocument(root, NAMESPACE, elements);

  const server = await serveOnLoopback(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const body = await textOf(request);
    if (pathname === '/response') {
      answers.push({ ...JSON.parse(body), type: request.headers['content-type'] });
      response.end();
      return;
    }
    if (api.refusals > 0) {
      api.refusals -= 1;
      response.writeHead(403, { 'content-type': 'text/xml' });
      const Message = 'the role may not do that';
      response.end(xml('ErrorResponse', { Error: { Type: 'Sender', Code: 'AccessDenied', Message } }));
      return;
    }
    const match = /^\/2020-05-31\/function\/router(?:\/(\w+))?$/.exec(pathname);
    if (match === null) {
      response.writeHead(403).end();
      return;
    }
    const [, operation = 'code'] = match;
    const asked = operation === 'test' ? (/<Stage>(\w+)</.exec(body)?.[1] ?? '') : searchParams.get('Stage');
    calls.push([request.method, operation, asked].filter(Boolean).join(' '));
    const name = asked === 'LIVE' ? 'LIVE' : 'DEVELOPMENT';
    const stage = stages[name];
    if (stage === undefined) {
      response.writeHead(404, { 'content-type': 'text/xml' });
      response.end(
        xml('ErrorResponse', {
          Error: { Type: 'Sender', Code: 'NoSuchFunctionExists', Message: 'no such function' },
        }),
      );
      return;
    }
    const isWrite = request.method === 'POST';
    if (isWrite && request.headers['if-match'] !== stage.etag) {
      response.writeHead(412, { 'content-type': 'text/xml' });
      response.end(
        xml('ErrorResponse', {
          Error: { Type: 'Sender', Code: 'PreconditionFailed', Message: 'the function changed meanwhile' },
        }),
      );
      return;
    }
    const headers = { 'content-type': 'text/xml', etag: stage.etag };
    switch (operation) {
      case 'code':
        response.writeHead(200, { ...headers, 'content-type': 'application/octet-stream' });
        response.end(stage.code);
        return;
      case 'describe':
        response.writeHead(200, headers);
        response.end(xml('FunctionSummary', summary(stage, name)));
        return;
      case 'test': {
        const event = Buffer.from(/<EventObject>([^<]*)</.exec(body)?.[1] ?? '', 'base64').toString();
        const answer = await run(JSON.parse(event));
        response.writeHead(200, headers);
        response.end(xml('TestResult', { FunctionSummary: summary(stage, name), ...answer }));
        return;
      }
      case 'publish':
        stages.LIVE = { ...stage };
        response.writeHead(200, headers);
        response.end(xml('FunctionSummary', summary(stage, 'LIVE')));
        return;
      default:
        response.writeHead(501).end();
    }
  });

  const api = {
    /** The number of further calls that are refused, as for a role whose policy has not arrived yet. */
    refusals: 0,
    /** Calls in order: method, operation, stage. */
    calls,
    /** The answers to CloudFormation. */
    answers,
    stages,
    responseUrl: `${server.url}/response`,
    client: new CloudFrontClient({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
      maxAttempts: 1,
    }),
    close: () => server.close(),
  };
  return api;
}
