import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Reply, replying } from '../../http-reply.ts';
import { printXml, printXmlDocument, type XmlElements } from '../../xml.ts';
import type { LocalFleet } from '../fleet.ts';
import { type Caller, signerOf } from './caller.ts';
import { changesAnswer, describeAnswer, reservationAnswer } from './ec2-answers.ts';
import { describePage, describeRequestOf } from './ec2-describe.ts';
import { Ec2Error } from './ec2-error.ts';
import { type Form, launchOf, parseForm, tagSelectorsOf, tagsOf, textsOf } from './ec2-form.ts';

/** API version that the SDK sends and that names the XML's namespace. */
const VERSION = '2016-11-15';

type Action = (fleet: LocalFleet, form: Form, caller: Caller) => XmlElements;

const DONE: XmlElements = { return: true };

/** The calls this endpoint knows, by their `Action`. */
const ACTIONS: Readonly<Record<string, Action>> = {
  RunInstances: (fleet, form, caller) => reservationAnswer(fleet.runInstances(launchOf(form), caller)),
  DescribeInstances: (fleet, form) => describeAnswer(describePage(fleet.list(), describeRequestOf(form))),
  StartInstances: (fleet, form, caller) =>
    changesAnswer(fleet.startInstances(textsOf(form, 'InstanceId'), caller)),
  StopInstances: (fleet, form, caller) =>
    changesAnswer(fleet.stopInstances(textsOf(form, 'InstanceId'), caller)),
  TerminateInstances: (fleet, form, caller) =>
    changesAnswer(fleet.terminateInstances(textsOf(form, 'InstanceId'), caller)),
  CreateTags: (fleet, form, caller) => {
    fleet.createTags(textsOf(form, 'ResourceId'), tagsOf(form), caller);
    return DONE;
  },
  DeleteTags: (fleet, form, caller) => {
    fleet.deleteTags(textsOf(form, 'ResourceId'), tagSelectorsOf(form), caller);
    return DONE;
  },
};

/** EC2's query API in front of a fleet: `POST /` with a form body, answers and errors in EC2's XML. */
export function ec2Handler({ fleet }: { fleet: LocalFleet }): RequestListener {
  return replying((request) => answer(fleet, request), failure);
}

async function answer(fleet: LocalFleet, request: IncomingMessage): Promise<Reply> {
  const accessKeyId = signerOf(request, 'ec2');
  if (accessKeyId === undefined) {
    throw new Ec2Error(
      'AuthFailure',
      'AWS was not able to validate the provided access credentials: sign the request for ec2 and send it to a loopback address.',
      401,
    );
  }
  const form = parseForm(await text(request));
  const name = form.get('Action') ?? '';
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    throw new Ec2Error('InvalidAction', `The action ${name} is not valid for this web service.`);
  }
  const caller = callerOf(request, form, accessKeyId);
  const elements = { requestId: caller.requestId, ...action(fleet, form, caller) };
  const namespace = `http://ec2.amazonaws.com/doc/${VERSION}/`;
  return xmlReply(200, printXmlDocument(`${name}Response`, namespace, elements));
}

function callerOf(request: IncomingMessage, form: Form, accessKeyId: string): Caller {
  return {
    requestId: randomUUID(),
    accessKeyId,
    sourceAddress: request.socket.remoteAddress ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    dryRun: form.get('DryRun') === 'true',
  };
}

/** What is no Ec2Error is a mistake of ours: said aloud, and an error of the server to the SDK. */
function failure(error: unknown): Reply {
  const { code, message, status } =
    error instanceof Ec2Error ? error : new Ec2Error('InternalError', String(error), 500);
  const elements = {
    Response: { Errors: { Error: { Code: code, Message: message } }, RequestID: randomUUID() },
  };
  return xmlReply(status, `<?xml version="1.0" encoding="UTF-8"?>\n${printXml(elements)}`);
}

function xmlReply(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8' }, body };
}
